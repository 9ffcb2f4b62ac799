"""The parametric head: identities are faces, sculpted units move their place, alike on both sides."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.data.synthetic.heads.sculpted import ANCESTRIES, SHAPE_LIMIT, SculptedHead, identity, traits
from mer_ros.data.synthetic.subject import Subject, make_subject
from mer_ros.face import canonical_mesh, facs, morphable_head
from mer_ros.face.geometry import LEFT_EYE_OUTER, RIGHT_EYE_OUTER

HEAD = SculptedHead()
SUBJECTS = range(1, 161, 2)

# unit, landmark on the person's right, expected direction: outward (away from the midline), up; 0 = any
ANATOMY = [
    ("AU1", 107, 0, 1),  # inner brow
    ("AU2", 63, 0, 1),  # outer brow
    ("AU4", 105, -1, -1),  # brow
    ("AU5", 159, 0, 1),  # upper lid
    ("AU6", 118, 0, 1),  # cheek
    ("AU7", 145, 0, 1),  # lower lid
    ("AU9", 129, 0, 1),  # nose wing
    ("AU10", 39, 0, 1),  # upper lip
    ("AU12", 61, 1, 1),  # lip corner
    ("AU14", 61, 1, 0),  # lip corner; the pulls draw the cheek beside it inward, the sculptor did not
    ("AU15", 61, 0, -1),
    ("AU17", 17, 0, 1),  # lower lip
    ("AU20", 61, 1, 0),
    ("AU23", 61, -1, 0),
    ("AU24", 84, 0, 1),  # lower lip, pressed against the upper one
    ("AU25", 14, 0, -1),  # lower lip
    ("AU26", 152, 0, -1),  # chin
]


@pytest.fixture(scope="module")
def average() -> morphable_head.Landmarks:
    return morphable_head.landmarks(morphable_head.average_weights(morphable_head.load().shape_names))


@pytest.fixture(scope="module")
def meshes() -> np.ndarray:
    """(80, 468, 3) of subjects with this head."""
    return np.stack([make_subject(number, head="parametric").mesh() for number in SUBJECTS])


def test_an_identity_is_the_same_each_time_and_unlike_others(meshes: np.ndarray) -> None:
    assert identity(7) == identity(7) != identity(9)
    again = morphable_head.landmarks(identity(SUBJECTS[3])).mesh
    np.testing.assert_array_equal(again, meshes[3])
    apart = np.abs(meshes[:, None, ::9] - meshes[None, :, ::9]).max((2, 3))
    assert apart[~np.eye(len(meshes), dtype=bool)].min() > 0.03  # interocular distances, 2 px of the crop


def test_the_weights_of_an_identity() -> None:
    names = set(morphable_head.load().shape_names)
    for number in SUBJECTS[:20]:
        weights = identity(number)
        assert set(weights) <= names and all(value > 0 for value in weights.values())
        of_origin = sum(weights.get(name, 0) for name in names if name.startswith(ANCESTRIES))
        of_build = sum(weights.get(name, 0) for name in names if name.startswith("universal-"))
        assert of_origin == pytest.approx(1) and of_build == pytest.approx(1)
        face = [v for n, v in weights.items() if not n.startswith((*ANCESTRIES, "universal-"))]
        assert 10 < len(face) < 120 and max(face) < SHAPE_LIMIT + 0.5


def test_a_wider_spread_makes_the_same_shapes_larger() -> None:
    near, far = identity(5, 1.0), identity(5, 1.5)
    face = [n for n in near if not n.startswith((*ANCESTRIES, "universal-", "l-", "r-"))]
    assert len(face) > 5
    for name in face:
        assert far[name] == pytest.approx(1.5 * near[name])


def test_identities_are_faces(meshes: np.ndarray) -> None:
    """Order and distances of a face of FaceMesh; eyes as the canonical frame wants them."""
    eyes = meshes[:, [RIGHT_EYE_OUTER, LEFT_EYE_OUTER]]
    np.testing.assert_allclose(np.linalg.norm(eyes[:, 1] - eyes[:, 0], axis=1), 1, atol=1e-9)
    np.testing.assert_allclose(eyes.mean(1), 0, atol=1e-9)
    np.testing.assert_allclose(eyes[:, 0, 1], eyes[:, 1, 1], atol=1e-9)
    x, y, z = meshes.transpose(2, 0, 1)
    for upper, lower in ((105, 159), (334, 386), (159, 145), (386, 374), (145, 4), (4, 0), (13, 152)):
        assert (y[:, upper] < y[:, lower]).all(), (upper, lower)  # brow, lids, nose, lips, chin
    assert (y[:, 14] - y[:, 13] > -0.02).all()  # closed lips: a pixel of the crop
    assert (x[:, 61] < x[:, 13]).all() and (x[:, 13] < x[:, 291]).all()
    assert (z[:, 4] < z[:, [234, 454]].min(1)).all()  # the nose is nearer than the ears
    chin = y[:, 152]
    assert (chin > 0.9).all() and (chin < 1.8).all() and np.median(chin) == pytest.approx(1.27, abs=0.1)
    aspect = np.ptp(x, axis=1) / np.ptp(y, axis=1)
    assert (aspect > 0.6).all() and (aspect < 1.05).all()


def test_faces_differ_as_much_as_the_photograph_s(meshes: np.ndarray) -> None:
    """The second head is not one face: across and along it, landmarks vary as much or more."""
    other = np.stack([make_subject(number, head="photograph").mesh() for number in SUBJECTS])
    ratio = meshes.std(0).mean(0)[:2] / other.std(0).mean(0)[:2]
    assert (ratio > 0.7).all() and (ratio < 4).all()


@pytest.mark.parametrize(("unit", "landmark", "outward", "up"), ANATOMY)
def test_a_unit_moves_its_landmark(
    average: morphable_head.Landmarks, unit: str, landmark: int, outward: int, up: int
) -> None:
    moved = sum(average.units[unit])
    moved = moved[landmark] / np.linalg.norm(moved, axis=1).max()
    for component, expected in zip((-moved[0], -moved[1]), (outward, up), strict=True):
        if expected:
            assert component * expected > 0.2


def test_every_unit_is_tested_for_its_direction() -> None:
    assert {row[0] for row in ANATOMY} == set(facs.UNITS)


UPPER, LOWER = {"AU1", "AU2", "AU4", "AU5", "AU7"}, {"AU12", "AU14", "AU15", "AU17", "AU20", "AU23", "AU24",
                                                     "AU25", "AU26"}  # fmt: skip


@pytest.mark.parametrize("unit", sorted(UPPER | LOWER))
def test_a_unit_stays_in_its_half_of_the_face(average: morphable_head.Landmarks, unit: str) -> None:
    size = np.linalg.norm(sum(average.units[unit]), axis=1)
    upper = average.mesh[:, 1] < average.mesh[2, 1] * 0.6  # above the tip of the nose
    inside = (size[upper] ** 2).sum() / (size**2).sum()
    assert inside > 0.9 if unit in UPPER else inside < 0.1


def test_a_dropped_jaw_moves_the_lower_lip_alone(average: morphable_head.Landmarks) -> None:
    size = np.linalg.norm(sum(average.units["AU26"]), axis=1)
    size /= size.max()
    assert size[14] > 0.9 and size[17] > 0.9 and size[152] > 0.7
    assert size[13] < 0.05 and size[0] < 0.1 and size[[33, 263, 4, 105]].max() < 0.03


@pytest.mark.parametrize("unit", facs.UNITS)
def test_both_sides_mirror_each_other_on_the_average_face(
    average: morphable_head.Landmarks, unit: str
) -> None:
    """The sculptor's smile is 6 % stronger on one side; all other units agree within 2 %."""
    right, left = average.units[unit]
    peak = np.linalg.norm(right + left, axis=1).max()
    allowed = 0.07 if unit == "AU12" else 0.035
    assert np.abs(facs.mirrored(right) - left).max() < allowed * peak
    np.testing.assert_allclose(
        average.mesh[canonical_mesh.load().mirror] * (-1, 1, 1), average.mesh, atol=1e-12
    )


@pytest.mark.parametrize("unit", facs.UNITS)
def test_each_side_moves_its_own_half(average: morphable_head.Landmarks, unit: str) -> None:
    right, left = average.units[unit]
    on_right, on_left = average.mesh[:, 0] < -0.1, average.mesh[:, 0] > 0.1
    energy = (right**2).sum(1)
    assert energy[on_right].sum() > 3 * energy[on_left].sum()
    energy = (left**2).sum(1)
    assert energy[on_left].sum() > 3 * energy[on_right].sum()


def test_both_sides_add_up_to_the_whole_with_peak_1_on_the_average_face() -> None:
    """Fields of a subject are those of the mesh at its own face, in units of the average peak."""
    nobody = make_subject(0, spread=0.0, head="parametric")
    for unit in facs.UNITS:
        sides = nobody.displacement(unit)
        right, left = HEAD.displacement(nobody, unit)
        np.testing.assert_allclose(sides["R"] + sides["L"], right + left, atol=1e-12)
        assert np.linalg.norm(right + left, axis=1).max() == pytest.approx(1, abs=0.25), unit


def test_gain_direction_and_side_vary_the_sculpted_units() -> None:
    subject: Subject = make_subject(11, head="parametric")
    right, left = HEAD.displacement(subject, "AU12")
    moved = subject.displacement("AU12")
    gain = subject.gains["AU12"]
    found = np.linalg.norm(moved["R"], axis=1).max() / np.linalg.norm(right, axis=1).max()
    assert found == pytest.approx(gain * (1 + subject.side))
    found = np.linalg.norm(moved["L"], axis=1).max() / np.linalg.norm(left, axis=1).max()
    assert found == pytest.approx(gain * (1 - subject.side))


def test_the_vertices_carry_the_landmarks_and_their_movement() -> None:
    subject, head = make_subject(2003, head="parametric"), morphable_head.load()
    assert isinstance(subject.head, SculptedHead)
    np.testing.assert_allclose(head.at_landmarks(subject.head.vertices(subject)), subject.mesh(), atol=1e-5)
    for unit in (
        "AU1",
        "AU12",
        "AU26",
    ):  # AU1 and AU26 are split at the midline, AU12 is sculpted for each side
        dense, sparse = (
            f(subject, unit) for f in (subject.head.vertex_displacement, subject.head.displacement)
        )
        for side, expected in zip(dense, sparse, strict=True):
            np.testing.assert_allclose(head.at_landmarks(side), expected, atol=0.05)


def test_traits_are_those_of_the_identity() -> None:
    own = traits(2003)
    weights = identity(2003)
    old = sum(weight for name, weight in weights.items() if name.startswith("universal-") and "-old-" in name)
    assert own == traits(2003) and own.old == pytest.approx(old)
    assert sum(own.origin) == pytest.approx(1)
