"""Subjects: geometry, muscles and ranges; the groups of subjects for different uses are disjoint."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mer_ros.data.synthetic import (
    DEMO_SUBJECTS,
    EVALUATION_SUBJECTS,
    TRAIN_SUBJECTS,
    VALIDATION_SUBJECTS,
)
from mer_ros.data.synthetic.heads import PulledMesh
from mer_ros.data.synthetic.heads.pulls_1 import PULLS_1
from mer_ros.data.synthetic.subject import SHAPE_SIGMA, Subject, make_subject, rotation
from mer_ros.errors import ConfigError
from mer_ros.face import facs

TOWARDS_CAMERA, RIGHT, DOWN = np.array([0, 0, -1.0]), np.array([1.0, 0, 0]), np.array([0, 1.0, 0])


def test_the_subjects_of_every_use_are_disjoint() -> None:
    uses = (TRAIN_SUBJECTS, VALIDATION_SUBJECTS, EVALUATION_SUBJECTS, DEMO_SUBJECTS)
    ranges = [set(subjects) for subjects in uses]
    assert sum(map(len, ranges)) == len(set.union(*ranges))


def test_a_subject_is_the_same_each_time_and_unlike_others() -> None:
    make_subject.cache_clear()
    first = make_subject(7)
    make_subject.cache_clear()
    again = make_subject(7)
    np.testing.assert_array_equal(first.mesh(), again.mesh())
    assert np.abs(first.mesh() - make_subject(8).mesh()).max() > 0.01


def test_subjects_stay_within_their_ranges() -> None:
    for subject_id in range(40):
        subject = make_subject(subject_id)
        assert all(abs(subject.shape[name]) <= 2 * sigma for name, sigma in SHAPE_SIGMA.items())


def test_a_wider_spread_makes_the_same_subjects_differ_more() -> None:
    near, far = (make_subject(3, spread) for spread in (1.0, 1.5))
    for name in SHAPE_SIGMA:
        assert far.shape[name] == pytest.approx(1.5 * near.shape[name])
    assert far.tempo == pytest.approx(near.tempo**1.5) and far.yaw_rad == pytest.approx(1.5 * near.yaw_rad)
    assert far.resting_smile == near.resting_smile


def test_a_smile_can_replace_the_subject_s_own(plain_subject: Subject) -> None:
    own = replace(plain_subject, resting_smile=0.25).mesh()
    np.testing.assert_array_equal(own, plain_subject.mesh(0.25))
    assert not np.allclose(own, plain_subject.mesh(1.0))


def test_a_subject_has_the_head_and_units_that_are_asked_for() -> None:
    own, other = (make_subject(3, head=head) for head in ("parametric", "photograph"))
    assert make_subject(3).head is own.head and own.head is not other.head
    assert own.shape == other.shape and own.gains == other.gains
    assert np.abs(own.mesh() - other.mesh()).max() > 0.05
    first = make_subject(3, version="1.0")
    assert "AU24" in own.units and "AU24" not in first.units and first.version == "1.0"
    np.testing.assert_array_equal(first.mesh(), PulledMesh(PULLS_1).mesh(first))


@pytest.mark.parametrize(("version", "head"), [("2.0", "wooden"), ("1.0", "parametric")])
def test_an_unknown_head_is_refused(version: str, head: str) -> None:
    with pytest.raises(ConfigError, match=f"head.*{head}"):
        make_subject(3, head=head, version=version)


@pytest.mark.parametrize("unit", facs.UNITS)
def test_without_peculiarities_a_unit_is_the_canonical_one(plain_subject: Subject, unit: str) -> None:
    moved = plain_subject.displacement(unit)
    right, left = facs.displacement(unit)
    np.testing.assert_allclose(moved["R"], right, atol=1e-12)
    np.testing.assert_allclose(moved["L"], left, atol=1e-12)


def test_gain_and_side_are_factors(plain_subject: Subject) -> None:
    plain = plain_subject.displacement("AU12")
    gains = {**plain_subject.gains, "AU12": 2.0}
    moved = replace(plain_subject, gains=gains, side=0.2).displacement("AU12")
    np.testing.assert_allclose(moved["R"], 2.4 * plain["R"], atol=1e-12)
    np.testing.assert_allclose(moved["L"], 1.6 * plain["L"], atol=1e-12)
    other = replace(plain_subject, gains=gains).displacement("AU4")
    np.testing.assert_array_equal(other["R"], plain_subject.displacement("AU4")["R"])


def test_a_unit_pulls_in_its_direction_alike_on_both_sides(plain_subject: Subject) -> None:
    turned = replace(plain_subject, directions_rad={**plain_subject.directions_rad, "AU12": 0.3})
    plain, moved = plain_subject.displacement("AU12"), turned.displacement("AU12")
    np.testing.assert_allclose(np.linalg.norm(moved["R"], axis=1), np.linalg.norm(plain["R"], axis=1))
    angles = [np.arctan2(side["R"][61, 1], side["R"][61, 0]) for side in (plain, moved)]
    assert angles[1] - angles[0] == pytest.approx(0.3)
    np.testing.assert_allclose(facs.mirrored(moved["R"]), moved["L"], atol=1e-12)


@pytest.mark.parametrize(
    ("angles", "before", "after"),
    [
        ((0, 0, 0), RIGHT, RIGHT),
        ((np.pi / 2, 0, 0), TOWARDS_CAMERA, RIGHT),
        ((0, np.pi / 2, 0), TOWARDS_CAMERA, DOWN),
        ((0, 0, np.pi / 2), RIGHT, DOWN),
        ((np.pi / 2, np.pi / 2, 0), TOWARDS_CAMERA, RIGHT),  # yaw first, then pitch about the x axis
        ((np.pi / 2, 0, np.pi / 2), TOWARDS_CAMERA, DOWN),
    ],
)
def test_rotation_by_hand(angles: tuple[float, ...], before: np.ndarray, after: np.ndarray) -> None:
    np.testing.assert_allclose(rotation(*angles) @ before, after, atol=1e-12)


def test_a_rotation_keeps_lengths_and_handedness() -> None:
    turn = rotation(0.3, -0.2, 0.4)
    np.testing.assert_allclose(turn @ turn.T, np.eye(3), atol=1e-12)
    assert np.linalg.det(turn) == pytest.approx(1)
