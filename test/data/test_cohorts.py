from __future__ import annotations

import pytest

from mer_ros.data.cohorts import person_key, unify_cohorts


@pytest.mark.parametrize("name", ["S01", "s1", "sub01", "Sub-1", "001", "1", "1.0", "subject 1"])
def test_one_person_in_all_spellings(name):
    assert person_key(name) == ("1",)


@pytest.mark.parametrize("name", ["S10", "1a", "spNO.1", "s", "1 2", "12"])
def test_other_people(name):
    assert person_key(name) != ("1",)


def test_nothing_is_nothing():
    found = unify_cohorts([], [], [])
    assert found.subjects == [] and not found.notes and not found.clashes


def test_other_cohorts_have_other_people_and_the_reading_is_noted_once():
    cohorts = ["mmew", "mmew", "mmew", "samm"]
    found = unify_cohorts(cohorts, ["mmew", "mmew-macro", "mmew-macro", "samm"], ["S01", "1", "1", "001"])
    assert found.subjects == ["S01", "S01", "S01", "001"] and not found.clashes
    assert len(found.notes) == 1 and "'1' is 'S01' of mmew" in found.notes[0]


def test_two_names_of_one_data_set_that_may_be_one_person_are_refused():
    found = unify_cohorts(["mmew"] * 3, ["mmew", "mmew-macro", "mmew-macro"], ["S01", "01", "sub01"])
    (clash,) = found.clashes
    assert clash.index == 2 and "'01' and 'sub01' of 'mmew-macro' may be one person" in clash.sentence


def test_data_sets_of_one_cohort_without_a_person_in_common_are_refused():
    found = unify_cohorts(["mmew"] * 2, ["mmew", "mmew-macro"], ["S01", "anna"])
    (clash,) = found.clashes
    assert clash.index == 1 and "no subject of 'mmew-macro', such as 'anna'" in clash.sentence
