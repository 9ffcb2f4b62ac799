"""The reduction of the font, on the reduced font itself."""

from __future__ import annotations

from pathlib import Path

import reduce_font
from fontTools.ttLib import TTFont

from mer_ros.visualisation.text import FONT


def test_a_reduced_font_has_the_characters_again(tmp_path: Path) -> None:
    first, second = tmp_path / "first.otf", tmp_path / "second.otf"
    for target in (first, second):
        reduce_font.reduce_font(FONT, target)
    assert first.read_bytes() == second.read_bytes()
    assert set(TTFont(first).getBestCmap()) == set(TTFont(FONT).getBestCmap()) <= reduce_font.characters()
    assert FONT == reduce_font.TARGET
