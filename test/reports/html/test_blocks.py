from __future__ import annotations

import base64
import re
from xml.etree import ElementTree

import cv2
import numpy as np
import pytest

from mer_ros.reports.html.blocks import Details, Picture, Pictures, Row, Table, Text

EVIL = "<script>alert('&')</script>"


def parsed(block):
    return ElementTree.fromstring(f"<all>{block.html()}</all>")


@pytest.mark.parametrize(
    "block",
    [
        Text(EVIL),
        Table(EVIL, [EVIL, EVIL], [[EVIL, EVIL]]),
        Details(EVIL, EVIL),
        Picture(np.zeros((4, 4, 3), np.uint8), EVIL, EVIL),
        Pictures(EVIL, []),
        Row([Text(EVIL)]),
    ],
    ids=lambda block: type(block).__name__,
)
def test_text_of_a_data_set_is_never_markup(block):
    html = str(block.html()).replace("<img ", "<img-closed ").replace('"><figcaption', '"/><figcaption')
    assert "<script" not in html
    ElementTree.fromstring(f"<all>{html}</all>")


def test_a_table_has_a_caption_headings_and_scrolls_with_the_keyboard():
    table = Table("Scores", ["system", "UF1"], [["a", ".5"], ["b", ".6"]], styles={1: "aside"})
    root = parsed(table)
    region = root.find("div")
    assert (
        region.get("tabindex") == "0" and region.get("aria-label") == root.find(".//caption").text == "Scores"
    )
    assert [cell.text for cell in root.findall(".//th[@scope='row']")] == ["a", "b"]
    assert [cell.get("class") for cell in root.findall(".//td")] == ["number", "number"]
    assert [row.get("class") for row in root.findall(".//tbody/tr")] == [None, "aside"]


def test_a_shade_grows_with_its_share_and_keeps_the_text_readable():
    table = Table("m", ["", "a", "b"], [["x", "1", "9"]], shades={(0, 1): 0.1, (0, 2): 1.0})
    alphas = [float(value) for value in re.findall(r"var\(--shade\), ([\d.]+)\)", str(table.html()))]
    assert alphas[0] < alphas[1] <= 0.45


def test_a_picture_is_in_the_page_with_its_size_and_words():
    image = np.zeros((20, 30, 3), np.uint8)
    image[:, 15:] = (0, 200, 0)
    html = str(Picture(image, "half green", "a").html())
    assert 'width="30" height="20" alt="half green"' in html
    data = base64.b64decode(re.search(r"base64,([^\"]+)", html)[1])
    shown = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert shown.shape == image.shape and shown[10, 25, 1] > 150 > 60 > shown[10, 5, 1]
