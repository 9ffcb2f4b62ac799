from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from mer_ros.data.clip_set import ClipSet
from mer_ros.errors import DataError

GOOD = ClipSet(
    flow=np.arange(3 * 2 * 4 * 4, dtype=np.float32).reshape(3, 2, 4, 4),
    truth=np.array([0, 1, 1]),
    labels=("calm", "storm"),
    samples=np.array(["a", "b", "c"]),
    subjects=np.array(["1", "1", "2"]),
    datasets=np.array(["x", "y", "x"]),
    origin="by hand",
)


def test_a_subject_id_is_a_subject_of_a_data_set():
    assert GOOD.subject_ids.tolist() == ["x/1", "y/1", "x/2"] and len(GOOD) == 3


def test_data_sets_of_one_cohort_show_the_same_people():
    shared = dataclasses.replace(GOOD, subjects=np.array(["S1", "s1 ", "S2"]), cohorts=np.full(3, "x"))
    assert shared.subject_ids.tolist() == ["x/S1", "x/S1", "x/S2"]
    assert shared.datasets.tolist() == ["x", "y", "x"] and shared.digest() != GOOD.digest()
    other = dataclasses.replace(shared, subjects=np.array(["S1", "sub01", "S2"]))
    assert other.subject_ids.tolist() == ["x/S1", "x/S1", "x/S2"]
    with pytest.raises(DataError, match="subjects 'S1' and 'S01' of 'x' may be one person or two"):
        dataclasses.replace(shared, subjects=np.array(["S1", "S1", "S01"]))
    with pytest.raises(DataError, match="'x' and 'y' show the same people, but no subject of 'y'"):
        dataclasses.replace(shared, subjects=np.array(["S1", "S3", "S2"]))


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("cohorts", np.array(["x"]), "lengths [1, 3]"),
        ("flow", GOOD.flow[:, :1], "(N, 2, S, S)"),
        ("flow", GOOD.flow[..., :3], "(N, 2, S, S)"),
        ("flow", np.full_like(GOOD.flow, np.nan), "non-finite values"),
        ("samples", np.array(["a"]), "lengths [1, 3]"),
        ("sequences", (np.zeros((12, 2, 4, 4), np.float32),), "lengths [1, 3]"),
        ("truth", np.array([0, 1, 2]), "outside 0..1"),
        ("truth", np.array([0, -1, 1]), "outside 0..1"),
    ],
)
def test_parts_that_do_not_fit_are_refused(name, value, says):
    with pytest.raises(DataError) as raised:
        dataclasses.replace(GOOD, **{name: value})
    assert says in str(raised.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("flow", GOOD.flow + 1),
        ("truth", np.array([1, 0, 1])),
        ("labels", ("storm", "calm")),
        ("samples", np.array(["a", "b", "d"])),
        ("subjects", np.array(["1", "2", "2"])),
        ("datasets", np.array(["x", "x", "x"])),
    ],
)
def test_the_digest_changes_with_everything_that_a_score_depends_on(name, value):
    assert dataclasses.replace(GOOD, **{name: value}).digest() != GOOD.digest()
    assert dataclasses.replace(GOOD, origin="elsewhere").digest() == GOOD.digest()


def test_fault_87_spellings_of_a_name_are_one_and_noted_once():
    spelled = dataclasses.replace(
        GOOD, subjects=np.array(["1", "1 ", "2"]), datasets=np.array(["x", "X", "x"]), notes=("A sheet.",)
    )
    assert spelled.subject_ids.tolist() == ["x/1", "x/1", "x/2"] and spelled.datasets.tolist() == ["x"] * 3
    assert spelled.notes[0] == "A sheet." and len(spelled.notes) == 3
    assert dataclasses.replace(spelled, origin="again").notes == spelled.notes
    assert not GOOD.notes


@pytest.mark.parametrize("subjects", [["1", "01", "2"], ["1", "-1", "2"]])
def test_fault_87_names_that_may_be_one_person_or_two_are_refused(subjects):
    with pytest.raises(DataError, match="may be one person or two: write each subject in one way"):
        dataclasses.replace(GOOD, subjects=np.array(subjects), datasets=np.full(3, "x"))


def test_a_set_hands_out_the_inputs_that_it_holds():
    sequences = tuple(np.full((12, 2, 4, 4), i, np.float32) for i in range(3))
    assert dataclasses.replace(GOOD, sequences=sequences).inputs("sequence")[2][0, 0, 0, 0] == 2
    faces = tuple(np.full((4, 4, 3), i, np.uint8) for i in range(3))
    with_faces = dataclasses.replace(GOOD, apex_images=faces)
    assert with_faces.inputs("apex")[1][0, 0, 0] == 1 and with_faces.digest() != GOOD.digest()
    for kind in ("sequence", "clip", "apex"):
        with pytest.raises(DataError, match=f"no input of kind '{kind}'"):
            GOOD.inputs(kind)
