"""What every report is: complete without the network, readable, and within reach of the keyboard."""

from __future__ import annotations

from pathlib import Path

from browser import Browser


def assert_opens_from_disk(page: Path, dark: bool) -> None:
    """No request, no error, no sideways scrolling; pictures have words, and text has contrast."""
    with Browser() as browser:
        browser.open(page, dark, width=420)
        assert browser.requests == [] and browser.errors == []
        loaded = "[...document.images].every(image => image.complete && image.naturalWidth > 0)"
        assert browser.value(loaded)
        assert browser.value("document.documentElement.scrollWidth <= innerWidth"), "scrolls sideways"
        names = [name for role, name in browser.accessible() if role in ("image", "img")]
        assert names and all(len(name) > 25 for name in names)
        contrasts = browser.contrasts()
        assert len(contrasts) > 100 and [(name, ratio) for name, ratio in contrasts if ratio < 4.5] == []


def assert_keyboard_reaches_everything(page: Path) -> None:
    """The Tab key reaches links, scrolling tables and details, and misses nothing that can have the focus."""
    with Browser() as browser:
        browser.open(page)
        reached, missed = browser.tabbed()
        assert missed == [] and reached >= {"A", "DIV", "SUMMARY"}
