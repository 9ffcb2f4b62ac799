"""One fold from some data sets to others."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from mer_ros.data.pooled import pooled
from mer_ros.errors import ConfigError, DataError
from mer_ros.evaluation.cross_dataset import cross_dataset


@pytest.mark.parametrize(
    ("train", "test", "sides", "name"),
    [
        (["casme2"], ["samm"], ({"casme2"}, {"samm"}), "casme2 to samm"),
        (["CASME II", "smic"], ["SAMM"], ({"casme2", "smic"}, {"samm"}), "casme2, smic to samm"),
        (["casme2"], [], ({"casme2"}, {"samm", "smic"}), "casme2 to samm, smic"),
        ([], ["smic"], ({"casme2", "samm"}, {"smic"}), "casme2, samm to smic"),
    ],
)
def test_each_side_holds_all_clips_of_its_data_sets(train, test, sides, name, make_clips):
    clips = make_clips()
    (fold,) = cross_dataset(train, test).folds(clips)
    assert fold.name == name
    for side, wanted in zip((fold.train, fold.test), sides, strict=True):
        assert side.tolist() == np.flatnonzero(np.isin(clips.datasets, list(wanted))).tolist()


def test_both_directions_are_two_protocols():
    there, back = cross_dataset(["casme2"], ["samm"]), cross_dataset(["samm"], ["casme2"])
    assert there.name != back.name and there.title == "train on casme2, test on samm"


def test_a_data_set_on_both_sides_an_unknown_one_and_an_empty_side_are_refused(make_clips):
    with pytest.raises(ConfigError, match="'samm' is named by --train-on and --test-on"):
        cross_dataset(["casme2", "SAMM "], ["samm"])
    with pytest.raises(DataError, match="No clip is of the data set 'mmew': choose one of casme2, samm"):
        cross_dataset(["mmew"], ["samm"]).folds(make_clips())
    with pytest.raises(DataError, match="alone: give --data a data set for the other side"):
        cross_dataset(["samm"], []).folds(make_clips(datasets=("samm",)))


def test_fault_72_a_person_of_two_data_sets_of_one_cohort_is_on_one_side_only(make_clips):
    clips = make_clips(subject_ids=4, datasets=("mmew", "mmew-macro"))
    people = np.array(["S01", "s01", "S02", "S03"])[np.repeat(np.arange(4), 9)]
    own = dataclasses.replace(clips, subjects=people)
    assert len(cross_dataset(["mmew"], ["mmew-macro"]).folds(own)) == 1
    shared = dataclasses.replace(own, cohorts=np.full(len(clips), "mmew"))
    with pytest.raises(DataError, match=r"Subject 'mmew/S01' is on the training and the test side"):
        cross_dataset(["mmew"], ["mmew-macro"]).folds(shared)


@pytest.mark.parametrize(
    ("cohort", "other", "names"),
    [
        ("mmew", "mmew-macro", ("S01", "S02", "01", "03")),
        ("mmew", "mmew-macro", ("S01", "S02", "sub01", "sub03")),
        ("smic", "smic-e", ("s3", "s20", "s03", "s04")),
        ("samm", "samm-lv", ("006", "007", "6", "8")),
        ("casme-sq", "casme-sq-macro", ("1", "2", "s01", "s03")),
    ],
)
def test_fault_72_a_person_with_two_names_in_one_cohort_is_on_one_side_only(cohort, other, names, make_clips):
    first, second = (make_clips(subject_ids=2, datasets=(one,)) for one in (cohort, other))
    first, second = (
        dataclasses.replace(one, subjects=np.repeat(own, len(one) // 2))
        for one, own in ((first, names[:2]), (second, names[2:]))
    )
    both = pooled([first, dataclasses.replace(second, cohorts=np.full(len(second), cohort))])
    assert len(set(both.subject_ids)) == 3
    with pytest.raises(DataError, match=f"Subject '{cohort}/{names[0]}' is on the training and the test"):
        cross_dataset([cohort], [other]).folds(both)
