"""The unit table moves the right skin the right way, and both sides alike."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.face import canonical_mesh, facs

# unit, landmark on the person's right, expected direction: outward (away from the midline), up; 0 = any
ANATOMY = [
    ("AU1", 107, 0, 1),  # inner brow
    ("AU2", 63, 0, 1),  # outer brow
    ("AU4", 55, -1, -1),  # inner brow
    ("AU5", 159, 0, 1),  # upper lid
    ("AU6", 118, 0, 1),  # cheek
    ("AU7", 145, 0, 1),  # lower lid
    ("AU9", 129, 0, 1),  # nose wing
    ("AU10", 39, 0, 1),  # upper lip
    ("AU12", 61, 1, 1),  # lip corner
    ("AU14", 61, 1, 1),  # lip corner, back into the cheek
    ("AU14", 43, 1, 1),  # chin beside it, drawn after the corner
    ("AU15", 61, 0, -1),
    ("AU17", 199, 0, 1),  # chin
    ("AU20", 61, 1, 0),
    ("AU23", 61, -1, 0),
    ("AU24", 84, 0, 1),  # lower lip, pressed against the upper one
    ("AU25", 14, 0, -1),  # lower lip
    ("AU26", 152, 0, -1),  # chin
]


@pytest.mark.parametrize(("unit", "landmark", "outward", "up"), ANATOMY)
def test_unit_pulls_its_landmark(unit: str, landmark: int, outward: int, up: int) -> None:
    moved = facs.both_sides(unit)[landmark]
    found = np.array([-moved[0], -moved[1]])  # canonical x is the image's right, y is down
    for component, expected in zip(found, (outward, up), strict=True):
        if expected:
            assert component * expected > 0.2


def test_every_unit_is_tested_for_its_direction() -> None:
    assert {row[0] for row in ANATOMY} == set(facs.UNITS)


@pytest.mark.parametrize("unit", facs.UNITS)
def test_left_mirrors_right_and_peak_is_one(unit: str) -> None:
    right, left = facs.displacement(unit)
    mirror = canonical_mesh.load().mirror
    np.testing.assert_allclose(left, right[mirror] * (-1, 1, 1), atol=1e-12)
    assert np.linalg.norm(facs.both_sides(unit), axis=1).max() == pytest.approx(1.0)


def test_gates_hold_the_other_side_of_an_opening() -> None:
    upper_lid, lower_lid = facs.both_sides("AU5")[[159, 145]]
    assert abs(lower_lid[1]) < 0.05 * abs(upper_lid[1])
    lower_lip, upper_lip = facs.both_sides("AU26")[[14, 13]]
    assert abs(upper_lip[1]) < 0.1 * abs(lower_lip[1])


def test_right_side_leaves_the_left_half_alone() -> None:
    left_half = canonical_mesh.load().canonical[:, 0] > 0.1
    for unit in facs.UNITS:
        assert np.abs(facs.displacement(unit)[0][left_half]).max() < 1e-9


@pytest.mark.parametrize("unit", ["AU4", "AU12"])
def test_a_wider_unit_moves_more_skin_by_the_same_peak(unit: str) -> None:
    narrow, wide = (sum(facs.displacement(unit, width)) for width in (0.8, 1.3))
    assert np.linalg.norm(wide, axis=1).max() == pytest.approx(1.0)
    assert np.linalg.norm(wide, axis=1).mean() > 1.2 * np.linalg.norm(narrow, axis=1).mean()
