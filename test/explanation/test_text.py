"""The text consists of complete, neutral sentences about movement."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.explanation.text import sentences
from mer_ros.types import Prediction

REGIONS, UNITS = ("mouth", "left cheek", "nose"), ("AU6", "AU12", "AU1")


def prediction(label="happiness", reason="", confidence=0.82) -> Prediction:
    return Prediction(
        label, confidence, ("happiness", "anger"), np.array([0.82, 0.18], np.float32), "m@0", reason
    )


def say(event, answer, relevance=(0.5, 0.3, 0.2), evidence=(0.3, 0.7, 0.1)) -> str:
    return sentences(event, answer, REGIONS, np.array(relevance), UNITS, np.array(evidence))


def test_a_label_with_its_reasons(make_event):
    assert say(make_event(), prediction()) == (
        "A facial movement of 240 ms is labelled happiness (82%); the largest parts of the heat map are on "
        "the mouth and the left cheek. The movement resembles AU12 (lip corners pulled up) and AU6 (cheeks "
        "raised)."
    )


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
