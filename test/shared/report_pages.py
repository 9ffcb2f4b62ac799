"""What every report is: complete without the network, readable, and within reach of the keyboard."""

from __future__ import annotations

from collections.abc import Set
from pathlib import Path

from browser import Browser


def assert_opens_from_disk(page: Path, dark: bool, n_texts: int = 100, pictures: bool = True) -> None:
    """No request, no error, no sideways scrolling; pictures have words, and text has contrast.

    n_texts: the page has more elements with text. pictures: whether it has any.
    """
    with Browser() as browser:
        browser.open(page, dark, width=420)
        assert browser.requests == [] and browser.errors == []
        ground = browser.value("getComputedStyle(document.body).backgroundColor")
        assert ground == ("rgb(20, 23, 28)" if dark else "rgb(255, 255, 255)")
        loaded = "[...document.images].every(image => image.complete && image.naturalWidth > 0)"
        assert browser.value(loaded)
        assert browser.value("document.documentElement.scrollWidth <= innerWidth"), "scrolls sideways"
        names = [name for role, name in browser.accessible() if role in ("image", "img")]
        assert bool(names) == pictures and all(len(name) > 25 for name in names)
        contrasts = browser.contrasts()
        assert len(contrasts) > n_texts
        assert [(name, ratio) for name, ratio in contrasts if ratio < 4.5] == []


_TAGS = frozenset({"A", "DIV", "SUMMARY"})


def assert_keyboard_reaches_everything(page: Path, tags: Set[str] = _TAGS) -> None:
    """The Tab key reaches links, scrolling tables and details, and misses nothing that can have the focus.

    tags: of what it has to reach.
    """
    with Browser() as browser:
        browser.open(page)
        reached, missed = browser.tabbed()
        assert missed == [] and reached >= tags
