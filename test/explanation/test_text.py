"""The text consists of complete, neutral sentences about movement."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.errors import ConfigError
from mer_ros.explanation.action_units import UnitProbabilities
from mer_ros.explanation.text import likely_units, sentences
from mer_ros.types import Prediction

REGIONS, UNITS = ("mouth", "left cheek", "nose"), ("AU6", "AU12", "AU1")


def prediction(label="happiness", reason="", confidence=0.82) -> Prediction:
    return Prediction(
        label, confidence, ("happiness", "anger"), np.array([0.82, 0.18], np.float32), "m@0", reason
    )


def chances(unit, right=None, left=None) -> UnitProbabilities:
    """Of the same probability on both sides, if they are not given."""
    return UnitProbabilities(*np.array([unit, right or unit, left or unit], np.float32))


def say(event, answer, relevance=(0.5, 0.3, 0.2), found=(0.75, 0.84, 0.1)) -> str:
    return sentences(event, answer, REGIONS, np.array(relevance), UNITS, chances(found))


def test_a_label_with_its_reasons(make_event):
    assert say(make_event(), prediction()) == (
        "A facial movement of 240 ms is labelled happiness (82%); the largest parts of the heat map are on "
        "the mouth and the left cheek. Likely movement: lip corners pulled up, AU12, 84%; cheeks raised, "
        "AU6, 75%."
    )


@pytest.mark.parametrize(
    ("found", "named"),
    [
        ((0.69, 0.84, 0.1), ["AU12"]),
        ((0.71, 0.84, 0.75), ["AU12", "AU1"]),
        ((0.2, 0.51, 0.1), ["AU12"]),
        ((0.2, 0.5, 0.1), []),
    ],
)
def test_a_second_unit_must_be_more_probable_than_the_first(found, named):
    assert [one.unit for one in likely_units(UNITS, chances(found))] == named


def test_unknown_comes_with_the_reason(make_event):
    said = say(make_event(), prediction("unknown", "unlike any learned prototype", 0.4), (0, 0, 0), (0, 0, 0))
    assert said == (
        "A facial movement of 240 ms was not labelled: unlike any learned prototype "
        "(closest: happiness, 40%)."
    )


@pytest.mark.parametrize("word", ["feel", "emotion", "lie", "hide", "is happy"])
def test_the_text_never_mentions_feelings(make_event, word):
    for answer in (prediction(), prediction("unknown", "no label is likely enough")):
        assert word not in say(make_event(), answer).replace("labelled", "")


def test_a_single_region_is_named_in_the_singular(make_event):
    said = say(make_event(), prediction(), (0.9, 0.1, 0.0))
    assert "; the largest part of the heat map is on the mouth." in said


@pytest.mark.parametrize(
    ("right", "left", "name"),
    [
        (0.7, 0.2, ("AU12", "right", "lip corner pulled up")),
        (0.2, 0.7, ("AU12", "left", "lip corner pulled up")),
        (0.7, 0.6, ("AU12", "", "lip corners pulled up")),
        (0.4, 0.3, ("AU12", "", "lip corners pulled up")),
    ],
)
def test_a_side_is_named_if_it_is_likely_and_the_other_is_not(make_event, right, left, name):
    found = chances((0.1, 0.8, 0.5), (0.1, right, 0.5), (0.1, left, 0.5))
    (unit,) = likely_units(UNITS, found)  # AU1 at exactly one half is not more likely than not
    assert unit[:3] == name and unit.probability == pytest.approx(0.8)
    said = sentences(make_event(), prediction(), REGIONS, np.zeros(3), UNITS, found)
    where = f", {name[1]}" if name[1] else ""
    assert said.endswith(f"Likely movement: {name[2]}, AU12, 80%{where}.")


@pytest.mark.parametrize(
    ("right", "left", "pixels", "end"),
    [
        (0.7, 0.6, (0.3, 0.84), "lip corners pulled up, AU12, 80%, left 0.8 px, right 0.3 px."),
        (0.2, 0.7, (0.3, 0.84), "lip corner pulled up, AU12, 80%, left 0.8 px."),
        (0.7, 0.6, (1.52, 1.52), "lip corners pulled up, AU12, 80%, 1.5 px."),
        (0.7, 0.6, (0.0, 0.04), "lip corners pulled up, AU12, 80%, under 0.1 px."),
        (0.7, 0.6, (0.04, 0.06), "lip corners pulled up, AU12, 80%, left 0.1 px, right under 0.1 px."),
    ],
)
def test_the_movement_of_each_side_is_in_pixels(make_event, right, left, pixels, end):
    found = chances((0.1, 0.8, 0.1), (0.1, right, 0.1), (0.1, left, 0.1))
    of_units = np.array([(np.nan, np.nan), pixels, (np.nan, np.nan)])
    said = sentences(make_event(), prediction(), REGIONS, np.zeros(3), UNITS, found, pixels=of_units)
    assert said.endswith(f" Likely movement, in pixels of the 128 px crop: {end}") and "nan" not in said


def test_an_unstable_map_is_named(make_event):
    said = sentences(
        make_event(), prediction(), REGIONS, np.array([0.9, 0.1, 0]), UNITS, chances((0, 0, 0)), unstable=True
    )
    assert said.endswith(" on the mouth. The heat map is unstable: do not rely on it.")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "de",
            "Eine Gesichtsbewegung von 240 ms erhält die Bezeichnung „Freude“ (82%); größte Teile der "
            "Heatmap: Mund und linke Wange. Wahrscheinliche Bewegung, in Pixeln des Ausschnitts von 128 px: "
            "Mundwinkel gehoben, AU12, 84%, links 0,8 px, rechts 0,3 px.",
        ),
        (
            "ja",
            "240 msの顔の動きのラベル：喜び（82%）。ヒートマップの主な領域：口、左の頬。"
            "推定される動き（幅128 pxの顔画像の画素数）：口角が上がる、AU12、84%、左 0.8 px、右 0.3 px。",
        ),
    ],
)
def test_the_same_in_other_languages(make_event, language, said):
    assert said == sentences(
        make_event(), prediction(), REGIONS, np.array([0.5, 0.3, 0.2]), UNITS, chances((0.1, 0.84, 0.1)),
        pixels=np.array([(0, 0), (0.3, 0.8), (0, 0)]), language=language,
    )  # fmt: skip


def test_an_unknown_language_is_refused(make_event):
    with pytest.raises(ConfigError, match="No language is named 'fr': choose one of en, de, ja"):
        likely_units(UNITS, chances((0, 0, 0)), "fr")


def test_no_unit_is_certain():
    (unit,) = likely_units(UNITS, chances((0.0, 0.9999, 0.0)))
    assert unit.percent == "99%"
