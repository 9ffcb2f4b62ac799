"""Every language has words for all that the package names; one line adds another."""

from __future__ import annotations

import dataclasses
import string
import sys
from types import ModuleType

import pytest

from mer_ros.explanation.languages import LANGUAGES
from mer_ros.explanation.methods.phases import PHASES
from mer_ros.explanation.text import likely_units
from mer_ros.explanation.what_if import FACTORS, PARTS
from mer_ros.face.facs import UNITS
from mer_ros.face.regions import REGIONS
from mer_ros.recognition import create
from mer_ros.recognition.recogniser import NOT_A_NUMBER, TOO_FAR, TOO_UNSURE
from mer_ros.types import EMOTIONS, UNKNOWN, Kind

LBP_PARTS = {part for name in ("lbp_top", "lbp_sip", "elcbp") for part in create(name, {}).layout.parts}
FEELINGS = ("feel", "emotion", "fühl", "感情", "気持ち", "lie", "lüg", "嘘")


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES.names)
def test_nothing_lacks_a_word(language):
    phrases, english = LANGUAGES.get(language), LANGUAGES.get("en")
    assert set(phrases.units) == set(UNITS) and set(phrases.regions) == set(REGIONS)
    assert set(phrases.one_side) <= set(UNITS) and set(phrases.kinds) == set(Kind)
    assert all(words != phrases.units[unit] for unit, words in phrases.one_side.items())
    if language != "en":
        assert set(phrases.labels) == {*EMOTIONS, UNKNOWN}
        assert set(phrases.reasons) == {NOT_A_NUMBER, TOO_FAR, TOO_UNSURE}
    assert phrases.reason("") == phrases.no_reason and phrases.label("a label of yours") == "a label of yours"
    assert set(phrases.regions) | set(phrases.region_pairs) == set(PARTS)
    assert set(phrases.changes) == set(FACTORS)
    assert set(phrases.note_names) == {*PHASES, *LBP_PARTS}
    for name in ("notes", "note_names", "changes"):
        words, others = getattr(phrases, name), getattr(english, name)
        assert {key: fields(text) for key, text in words.items()} == {k: fields(t) for k, t in others.items()}
    for field in dataclasses.fields(phrases):
        value = getattr(phrases, field.name)
        if isinstance(value, str):
            assert value and fields(value) == fields(getattr(english, field.name)), field.name


@pytest.mark.parametrize("language", LANGUAGES.names)
def test_no_phrase_speaks_of_feelings(language):
    phrases = LANGUAGES.get(language)
    said = " ".join(
        value if isinstance(value, str) else " ".join(value.values())
        for value in (getattr(phrases, field.name) for field in dataclasses.fields(phrases))
    ).lower()
    assert not [word for word in FEELINGS if word in said.replace("reliable", "")]


def test_an_added_language_is_one_line(monkeypatch):
    import numpy as np

    from mer_ros.explanation.action_units import UnitProbabilities

    module = ModuleType("a_new_language")
    english = LANGUAGES.get("en")
    module.PHRASES = dataclasses.replace(english, units={unit: f"{unit} bougé" for unit in UNITS})
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(LANGUAGES.places, "fr", "a_new_language:PHRASES")
    found = UnitProbabilities(*np.full((3, 1), 0.9, np.float32))
    assert likely_units(("AU1",), found, "fr")[0].appearance == "AU1 bougé"
