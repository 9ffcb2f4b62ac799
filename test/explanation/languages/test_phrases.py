"""Words and numbers of one language."""

from __future__ import annotations

import pytest

from mer_ros.explanation.languages import LANGUAGES
from mer_ros.explanation.notes import Note


@pytest.mark.parametrize(("language", "number"), [("en", "0.25"), ("de", "0,25"), ("ja", "0.25")])
def test_numbers_have_the_decimal_point_of_the_language(language, number):
    assert LANGUAGES.get(language).number(0.251, 2) == number


@pytest.mark.parametrize(
    ("language", "words"), [("en", "under 0.1 px"), ("de", "unter 0,1 px"), ("ja", "0.1 px未満")]
)
def test_a_small_movement_is_not_none(language, words):
    phrases = LANGUAGES.get(language)
    assert phrases.pixels(0.0) == phrases.pixels(0.049) == words
    assert phrases.pixels(0.05) == phrases.pixels(0.1) == f"{phrases.number(0.1)} px"


def test_labels_are_translated_and_unknown_ones_are_written_as_they_are():
    german = LANGUAGES.get("de")
    assert german.label("surprise") != "surprise" and german.label("class_7") == "class_7"


def test_a_reason_is_never_empty():
    for language in LANGUAGES.names:
        phrases = LANGUAGES.get(language)
        assert phrases.reason("") == phrases.no_reason != ""
        assert phrases.reason("some new reason") == "some new reason"


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", " Evidence over time: rise 20%, apex 50%, fall 30%."),
        ("de", " Evidenz über die Zeit: Anstieg 20%, Apex 50%, Abklingen 30%."),
        ("ja", "時間ごとの根拠：上昇 20%、頂点 50%、下降 30%。"),
    ],
)
def test_a_note_is_a_sentence_after_the_text(language, sentence):
    phrases = LANGUAGES.get(language)
    assert phrases.remark(Note("phases", (("rise", 20), ("apex", 50), ("fall", 30)))) == sentence
    assert " 63%" in phrases.remark(Note("linear", (("", 63),))).replace("うち", " ")
    assert phrases.remark(None) == ""


def test_a_note_or_a_pattern_without_words_is_written_as_it_is():
    german = LANGUAGES.get("de")
    assert german.remark(Note("Of a new method: {shares}.", (("ZZ", 100),))) == " Of a new method: ZZ 100%."
