"""Text in the bundled font: every character that a phrase needs, at its place and within its width."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from fontTools.ttLib import TTFont

from mer_ros.explanation.languages import LANGUAGES
from mer_ros.visualisation.text import FONT, SMALLEST_PX, fitted, text_width, write

WHITE = (255, 255, 255)


def blank() -> np.ndarray:
    return np.zeros((60, 200, 3), np.uint8)


@pytest.mark.parametrize("language", LANGUAGES.names)
def test_the_font_has_every_character_of_the_phrases(language: str) -> None:
    known = set(TTFont(FONT).getBestCmap())
    phrases = LANGUAGES.get(language)
    values = [getattr(phrases, field.name) for field in dataclasses.fields(phrases)]
    words = [word for value in values for word in ([value] if isinstance(value, str) else value.values())]
    missing = {character for word in words for character in word if ord(character) not in known}
    assert not missing, "repeat scripts/reduce_font.py"


def test_the_licence_lies_beside_the_font() -> None:
    text = FONT.with_name("OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in text and FONT.name in text
    assert FONT.stat().st_size < 150_000


def test_a_line_stands_on_its_baseline_in_its_colour() -> None:
    picture = blank()
    write(picture, "HAN", (20, 40), 24, (10, 120, 250))
    rows, columns = np.nonzero(picture.any(axis=2))
    assert rows.max() in (38, 39, 40) and columns.min() in (20, 21, 22, 23) and rows.min() > 40 - 24
    assert (picture == (10, 120, 250)).all(axis=2).any()


def test_an_outline_surrounds_the_letters() -> None:
    picture = np.full((60, 200, 3), 128, np.uint8)
    write(picture, "H", (20, 40), 30, WHITE, outline_px=2)
    assert (picture == 0).all(axis=2).any() and (picture == 255).all(axis=2).any()


@pytest.mark.parametrize("place", [(-30, 40), (190, 40), (20, 5), (20, 70), (500, 500), (20, -500)])
def test_text_beyond_the_edge_is_cut(place: tuple[int, int]) -> None:
    picture = blank()
    write(picture, "some words", place, 20, WHITE)
    assert picture.shape == (60, 200, 3)


def test_a_long_line_is_shrunk_and_then_cut() -> None:
    words, size = fitted("lip corners pulled up", 20, 160)
    assert words == "lip corners pulled up" and SMALLEST_PX <= size < 20 and text_width(words, size) <= 160
    words, size = fitted("lip corners pulled up and much else besides", 20, 100)
    assert words.endswith("…") and size == SMALLEST_PX and text_width(words, size) <= 100
    picture = blank()
    write(picture, "lip corners pulled up and much else besides", (0, 30), 20, WHITE, width_px=100)
    assert not picture[:, 101:].any()


def test_no_words_no_ink() -> None:
    picture = blank()
    write(picture, "", (10, 30), 20, WHITE, width_px=50, outline_px=2)
    assert not picture.any()
