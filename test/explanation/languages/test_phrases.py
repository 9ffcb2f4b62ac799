"""Words and numbers of one language."""

from __future__ import annotations

import pytest

from mer_ros.explanation.languages import LANGUAGES


@pytest.mark.parametrize(("language", "number"), [("en", "0.25"), ("de", "0,25"), ("ja", "0.25")])
def test_numbers_have_the_decimal_point_of_the_language(language, number):
    assert LANGUAGES.get(language).number(0.251, 2) == number


def test_labels_are_translated_and_unknown_ones_are_written_as_they_are():
    german = LANGUAGES.get("de")
    assert german.label("surprise") != "surprise" and german.label("class_7") == "class_7"


def test_a_reason_is_never_empty():
    for language in LANGUAGES.names:
        phrases = LANGUAGES.get(language)
        assert phrases.reason("") == phrases.no_reason != ""
        assert phrases.reason("some new reason") == "some new reason"
