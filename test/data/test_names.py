from __future__ import annotations

import pytest

from mer_ros.data.names import name_key, same_name, unify, whole_number


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("casme2 ", "CASME2"),
        ("sub 01", "sub01"),
        ("\xa0s1\u200b", "S1"),  # a no-break space, and a space of no width
        ("M\u00fcller", "mu\u0308ller"),  # the letter as Windows and as macOS encode it
        ("1.0", "1"),
        ("1,00", " 1"),
    ],
)
def test_case_blanks_and_encoding_make_no_difference(one, other):
    assert name_key(one) == name_key(other) and same_name(one, other)


@pytest.mark.parametrize(
    ("one", "other"), [("1", "11"), ("1.5", "15"), ("s1", "s2"), ("1 2", "12"), ("a", "ab"), ("01", "1")]
)
def test_other_names_are_other_names(one, other):
    assert not same_name(one, other)


@pytest.mark.parametrize("text", ["001", "1.5", "a.0", "1.0.0", "", "EP01"])
def test_other_text_than_a_fraction_of_zeros_stays(text):
    assert whole_number(text) == text


def test_nothing_is_said_about_names_that_are_spelled_in_one_way():
    names = unify(["Own Set", "Own Set", "samm"], ["S01", "Sub 2", "S01"])
    assert (names.datasets, names.subjects) == (["Own Set", "Own Set", "samm"], ["S01", "Sub 2", "S01"])
    assert not names.notes and not names.clashes
    assert unify([], []).datasets == []


def test_the_most_frequent_spelling_stands_and_the_others_are_noted_together():
    names = unify(["x"] * 4, ["Ann", "ann ", "Ann", "bob "])
    assert names.subjects == ["Ann", "Ann", "Ann", "bob"]
    (note,) = names.notes
    assert note.startswith("2 spellings of subjects were unified") and "'ann ' is 'Ann' of x" in note


@pytest.mark.parametrize("spelled", ["CASME2", "casme2 ", "CASME II", "casme-2"])
def test_a_published_data_set_has_its_published_name(spelled):
    names = unify([spelled], ["sub01"])
    assert names.datasets == ["casme2"]
    assert f"{spelled!r} is 'casme2'" in names.notes[0]


def test_the_data_set_of_a_similar_name_is_another_one():
    assert unify(["CAS(ME)^2"], ["s1"]).datasets == ["CAS(ME)^2"]


@pytest.mark.parametrize(
    ("one", "other"), [("6", "006"), ("sub-1", "sub1"), ("sub_01", "sub1"), ("1 2", "12"), ("s(1)", "S1")]
)
def test_names_that_may_be_one_person_or_two_are_reported(one, other):
    (clash,) = unify(["samm"] * 3, ["x", one, other]).clashes
    assert clash.index == 2 and clash.sentence.startswith(f"subjects {one!r} and {other!r} of 'samm' may be")
    assert not unify(["samm", "smic"], [one, other]).clashes  # of two data sets: two subjects


@pytest.mark.parametrize(("one", "other"), [("set-1", "set1"), ("CAS(ME)^2", "cas-me-2"), ("a 1 1", "a 11")])
def test_data_sets_that_may_be_one_or_two_are_reported(one, other):
    (clash,) = unify([one, other], ["a", "b"]).clashes
    assert clash.index == 1 and clash.sentence.startswith(f"data sets {one!r} and {other!r} may be")


def test_letters_that_only_look_like_punctuation_make_names_differ():
    assert not unify(["x"] * 2, ["\u0915\u093f", "\u0915\u0940"]).clashes  # two vowel signs of Devanagari
