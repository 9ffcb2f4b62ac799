"""The scaffold of pages; what a browser makes of it is tested with the pages themselves."""

from __future__ import annotations

import pytest

from mer_ros.errors import ConfigError
from mer_ros.reports.html import page as module
from mer_ros.reports.html.blocks import Table, Text
from mer_ros.reports.html.page import Page, Section

SECTIONS = [
    Section("F1 of each class", [Table("t", ["a", "b"], [["c", "d"]])]),
    Section("Empty", []),
    Section("Ends & means", [Text("x")]),
]


def test_sections_are_listed_and_linked_and_empty_ones_left_out():
    html = Page("A <page>", ["One.", "Two."], SECTIONS).html()
    assert '<a href="#f1-of-each-class">F1 of each class</a>' in html
    assert '<h2 id="ends-means">Ends &amp; means</h2>' in html and "Empty" not in html
    assert "<title>A &lt;page&gt;</title>" in html and "<p>Two.</p>" in html


def test_the_page_has_a_light_and_a_dark_scheme_prints_and_forbids_requests_and_scripts():
    html = Page("a", [], SECTIONS).html()
    assert "prefers-color-scheme: dark" in html and "@media print" in html
    assert (
        "default-src 'none'" in html
        and "<script" not in html
        and "http" not in html.replace("http-equiv", "")
    )
    assert 'lang="en"' in html and 'class="skip" href="#content"' in html


def colours(css, start):
    block = css[css.index(start) :]
    block = block[: block.index("}")]
    return dict(part.strip().split(": ") for part in block.split("{")[-1].split(";") if "#" in part)


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("start", [":root", "@media (prefers-color-scheme: dark)", "@media print"])
def test_text_and_series_contrast_with_the_ground_in_every_scheme(start):
    found = colours((module._FOLDER / "page.css").read_text(), start)
    ground = luminance(found["--ground"])
    least = {"--text": 7, "--muted": 4.5, "--link": 4.5, **{f"--s{n}": 3 for n in range(7)}}
    for name, contrast in least.items():
        lighter, darker = sorted((ground, luminance(found[name])), reverse=True)
        assert (lighter + 0.05) / (darker + 0.05) >= contrast, name


def test_a_page_that_is_too_large_is_refused_and_not_written(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MOST_BYTES", 100)
    with pytest.raises(ConfigError, match="would have 0.0 MB, .*: write less."):
        Page("a", [], SECTIONS).write(tmp_path / "a.html", "write less")
    assert list(tmp_path.iterdir()) == []
