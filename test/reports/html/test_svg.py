from __future__ import annotations

import re
from xml.etree import ElementTree

from mer_ros.reports.html.svg import SERIES, chart


def lines(axes):
    axes.plot([0, 1], [0, 1], color=SERIES[2])
    axes.set_xlabel("share & <b>")


def drawn(name="one", draw=lines):
    return chart(name, "A <title>", "It rises from 0 to 1 & more.", "A caption", (4, 2), draw)


def test_a_chart_is_described_for_screen_readers():
    root = ElementTree.fromstring(str(drawn().svg))
    assert root.get("role") == "img"
    named = {part.get("id"): part.text for part in root if part.get("id")}
    assert [named[name] for name in root.get("aria-labelledby").split()] == [
        "A <title>",
        "It rises from 0 to 1 & more.",
    ]
    assert str(drawn().html()).endswith("<figcaption>A caption</figcaption></figure>")


def test_colours_are_those_of_the_page_and_text_stays_text():
    svg = str(drawn().svg)
    assert "var(--s2)" in svg and "var(--text)" in svg and "#0a0b" not in svg
    assert "share &amp; &lt;b&gt;" in svg and "font-family: inherit" in svg and "DejaVu" not in svg


def test_identifiers_of_two_charts_differ_and_every_reference_has_its_target():
    names = [set(re.findall(r'id="([^"]+)"', str(drawn(name).svg))) for name in ("one", "two")]
    assert names[0] and not names[0] & names[1]
    used = re.findall(r'(?:url\(#|href="#)([^")]+)', str(drawn("one").svg))
    assert used and set(used) <= names[0]


def test_a_chart_has_no_date_no_address_to_load_and_always_the_same_bytes():
    assert drawn() == drawn()
    svg = str(drawn().svg).replace('xmlns:xlink="http://www.w3.org/1999/xlink"', "")
    assert "http" not in svg and "metadata" not in svg
