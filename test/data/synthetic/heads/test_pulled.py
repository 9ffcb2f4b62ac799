"""The head of the photograph: identity by shape parameters, units as pulls."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mer_ros.data.synthetic.heads import PHOTO_SMILE, PulledMesh, deformation
from mer_ros.data.synthetic.subject import SHAPE_SIGMA, Subject, make_subject
from mer_ros.face import canonical_mesh, facs

NO_SHAPE = dict.fromkeys(SHAPE_SIGMA, 0.0)
HEAD = PulledMesh()


def test_without_a_spread_a_smiling_subject_is_the_photograph(plain_subject: Subject) -> None:
    smiling = replace(plain_subject, resting_smile=1.0)
    np.testing.assert_array_equal(HEAD.mesh(smiling), canonical_mesh.load().canonical)


def test_a_resting_face_has_its_share_of_the_photograph_s_smile(plain_subject: Subject) -> None:
    smile = sum(strength * facs.both_sides(unit) for unit, strength in PHOTO_SMILE)
    base = canonical_mesh.load().canonical
    for share in (0.0, 0.25):
        found = HEAD.mesh(replace(plain_subject, resting_smile=share))
        np.testing.assert_allclose(found, base - (1 - share) * smile, atol=1e-12)


def test_meshes_are_faces() -> None:
    for subject_id in range(0, 80, 2):
        mesh = make_subject(subject_id, head="photograph").mesh()
        assert mesh[13, 1] < mesh[14, 1]  # upper lip above lower lip
        assert mesh[159, 1] < mesh[145, 1] < mesh[61, 1] < mesh[152, 1]  # lids, lip corner, chin
        assert mesh[61, 0] < mesh[13, 0] < mesh[291, 0]


def test_no_shape_deforms_nothing() -> None:
    points = np.random.default_rng(0).normal(size=(9, 3))
    assert not deformation(points, NO_SHAPE).any()
    assert deformation(np.empty((0, 3)), NO_SHAPE).shape == (0, 3)


@pytest.mark.parametrize(
    ("name", "size", "point", "moved"),
    [
        ("face_height", 0.1, (0.3, 0.8, 0.1), (0, 0.08, 0)),
        ("face_height", 0.1, (0.3, -0.5, 0.1), (0, -0.05, 0)),
        ("jaw_width", 0.1, (-0.4, 0.75, 0.1), (-0.02, 0, 0)),  # half of it at the nose's lower end
        ("jaw_width", 0.1, (0.4, -9.0, 0.1), (0, 0, 0)),
        ("cheek_width", 0.1, (0.5, 0.45, 0.1), (0.05, 0, 0)),
        ("mouth_height", 0.02, (0.0, 0.70, 0.0), (0, 0.02, 0)),
        ("nose_skew", 0.01, (0.0, 0.40, 0.0), (0.01, 0, 0)),
        ("eye_gap", 0.015, (-0.34, 0.02, 0.0), (-0.01497, 0, 0)),  # tanh(3.4) of it
        ("eye_gap", 0.015, (0.34, 0.02, 0.0), (0.01497, 0, 0)),
        ("brow_height", 0.02, (-0.35, -0.20, 0.0), (0, -0.02, 0)),
        ("brow_skew", 0.02, (-0.35, -0.20, 0.0), (0, -0.02, 0)),  # the right brow up ...
        ("brow_skew", 0.02, (0.35, -0.20, 0.0), (0, 0.02, 0)),  # ... and the left one down
    ],
)
def test_a_shape_parameter_moves_its_place(
    name: str, size: float, point: tuple[float, ...], moved: tuple[float, ...]
) -> None:
    found = deformation(np.array([point]), {**NO_SHAPE, name: size})[0]
    np.testing.assert_allclose(found, moved, atol=1e-4)


def test_the_width_of_a_unit_is_the_subject_s(plain_subject: Subject) -> None:
    wide = replace(plain_subject, widths={**plain_subject.widths, "AU12": 1.5})
    for found, expected in zip(HEAD.displacement(wide, "AU12"), facs.displacement("AU12", 1.5), strict=True):
        np.testing.assert_array_equal(found, expected)
    for found, expected in zip(HEAD.displacement(wide, "AU4"), facs.displacement("AU4"), strict=True):
        np.testing.assert_array_equal(found, expected)


def test_a_head_moves_by_its_own_table_of_pulls(plain_subject: Subject) -> None:
    """A head whose AU12, part of the photograph's smile, is AU4: it moves, and rests, differently."""
    swapped = PulledMesh({**facs.PULLS, "AU12": facs.PULLS["AU4"]})
    right, left = swapped.displacement(plain_subject, "AU12")
    np.testing.assert_array_equal(right, facs.displacement("AU4")[0])
    np.testing.assert_array_equal(left, facs.displacement("AU4")[1])
    resting = replace(plain_subject, resting_smile=0.0)
    moved = np.abs(swapped.mesh(resting) - HEAD.mesh(resting)).max(1)
    assert moved[55] > 0.03 and moved[61] > 0.03 and moved[152] < 0.01  # brow, lip corner, chin
