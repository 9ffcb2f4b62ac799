"""Fields of each unit, of the eyes and of the head of one subject on the aligned crop."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.data.synthetic.subject import Subject, make_subject
from mer_ros.data.synthetic.subject_fields import SubjectFields
from mer_ros.face import facs
from mer_ros.face.geometry import CROP_INTEROCULAR_PX, CROP_SIZE

SIZE = 64


@pytest.fixture(scope="module")
def fields(plain_subject: Subject) -> SubjectFields:
    return SubjectFields(plain_subject, SIZE)


def pixel(fields: SubjectFields, landmark: int) -> tuple[int, int]:
    """Row and column of the pixel at a landmark."""
    column, row = np.rint((fields.landmarks[landmark, :2] + 0.5) * SIZE / CROP_SIZE - 0.5).astype(int)
    return int(row), int(column)


def test_without_units_nothing_moves(fields: SubjectFields) -> None:
    still = fields.amounts({}, 2.0)
    assert still.shape == (2 * len(facs.UNITS),) and not still.any()
    assert not fields.at_landmarks(still).any() and not fields.dense(still).any()
    assert not fields.taken_for_head(still).any()


@pytest.mark.parametrize("strengths", [{"AU12R": 1.0}, {"AU12R": 0.5, "AU12L": 0.25}, {"AU1R": 1, "AU4L": 1}])
def test_the_largest_landmark_displacement_is_the_amplitude(
    fields: SubjectFields, strengths: dict[str, float]
) -> None:
    amounts = fields.amounts(strengths, 2.0)
    assert np.linalg.norm(fields.at_landmarks(amounts), axis=1).max() == pytest.approx(2.0)
    used = {name: amounts[fields.index[name]] for name in strengths}
    assert np.count_nonzero(amounts) == len(strengths)
    first, strength = next(iter(strengths.items()))
    for name, amount in used.items():
        assert amount / used[first] == pytest.approx(strengths[name] / strength)


def test_units_without_strength_move_nothing(fields: SubjectFields) -> None:
    assert not fields.amounts({"AU12R": 0.0, "AU12L": 0.0}, 2.0).any()


def test_intensity_1_is_one_interocular_distance(fields: SubjectFields) -> None:
    for unit in facs.UNITS:
        both = sum(fields.moved_px[fields.index[unit + side]] for side in facs.SIDES)
        peak = np.linalg.norm(both, axis=1).max()
        assert 0.9 < peak / CROP_INTEROCULAR_PX <= 1.001  # movement in depth is not seen


@pytest.mark.parametrize(("head", "unit", "landmark", "sign_u", "sign_v"), [
    ("photograph", "AU12", 61, -1, -1),  # right lip corner (left in the image): outward and up
    ("photograph", "AU12", 291, 1, -1),
    ("photograph", "AU4", 55, 1, 1),  # right inner brow: inward and down
    ("photograph", "AU4", 285, -1, 1),
    ("parametric", "AU12", 61, -1, -1),
    ("parametric", "AU12", 291, 1, -1),
    ("parametric", "AU4", 105, 1, 1),  # middle of the right brow, which moves inward more than its end
    ("parametric", "AU4", 334, -1, 1),
])  # fmt: skip
def test_unit_moves_its_landmark_in_the_image(
    head: str, unit: str, landmark: int, sign_u: int, sign_v: int
) -> None:
    for subject_id in range(6):
        drawn = SubjectFields(make_subject(subject_id, head=head), SIZE)
        flow = drawn.dense(drawn.amounts({unit + "R": 1.0, unit + "L": 1.0}, 2.0))
        u, v = flow[pixel(drawn, landmark)]
        assert u * sign_u > 0.2 and v * sign_v > 0.2


@pytest.mark.parametrize(
    ("solution", "step_right", "step_down"),
    [
        ((0.1, 0, 0, 0, 0, 0), (0.1, 0), (0, 0.1)),  # growth
        ((0, 0.1, 0, 0, 0, 0), (0, 0.1), (-0.1, 0)),  # roll, clockwise
        ((0, 0, 1.5, -0.7, 0, 0), (0, 0), (0, 0)),  # shift
    ],
)
def test_a_rigid_head_without_a_turn_is_a_linear_field(
    fields: SubjectFields, solution: tuple[float, ...], step_right: tuple, step_down: tuple
) -> None:
    """The steps from pixel to pixel, each CROP_SIZE / SIZE crop pixels wide."""
    flow = fields.head_motion(np.array(solution)) * SIZE / CROP_SIZE
    np.testing.assert_allclose(np.diff(flow, axis=1), np.broadcast_to(step_right, (SIZE, 63, 2)), atol=1e-4)
    np.testing.assert_allclose(np.diff(flow, axis=0), np.broadcast_to(step_down, (63, SIZE, 2)), atol=1e-4)


def test_a_shift_of_the_head_moves_every_pixel_alike(fields: SubjectFields) -> None:
    flow = fields.head_motion(np.array([0, 0, 1.5, -0.7, 0, 0]))
    np.testing.assert_allclose(flow, np.broadcast_to([1.5, -0.7], (SIZE, SIZE, 2)), atol=1e-6)


@pytest.mark.parametrize(("index", "axis"), [(4, 0), (5, 1)])
def test_a_turn_moves_the_nose_against_the_cheeks(fields: SubjectFields, index: int, axis: int) -> None:
    flow = fields.head_motion(0.05 * np.eye(6)[index])
    nose, cheek = flow[pixel(fields, 4)], flow[pixel(fields, 234)]
    assert abs(nose[axis] - cheek[axis]) > 1 and not flow[..., 1 - axis].any()


def test_what_moves_like_a_head_is_taken_for_one(fields: SubjectFields) -> None:
    """Raised brows move the rigid landmarks of the forehead; a dimple moves none of them."""
    brows = fields.taken_for_head(fields.amounts({"AU1R": 1, "AU1L": 1, "AU2R": 1, "AU2L": 1}, 3.0))
    dimples = fields.taken_for_head(fields.amounts({"AU14R": 1, "AU14L": 1}, 3.0))
    sizes = [np.linalg.norm(fields.head_motion(one), axis=-1).mean() for one in (brows, dimples)]
    assert sizes[0] > 3 * sizes[1]


def test_the_eyeballs_are_between_the_lids(fields: SubjectFields) -> None:
    for upper, lower in ((159, 145), (386, 374)):
        row, column = np.rint(np.mean([pixel(fields, upper), pixel(fields, lower)], axis=0)).astype(int)
        assert fields.gaze[row, column, 0] > 0.6
    for landmark in (4, 61, 105, 152):
        assert fields.gaze[(*pixel(fields, landmark), 0)] < 0.05


def test_cover_is_1_on_the_face_and_0_in_the_corners(fields: SubjectFields) -> None:
    assert fields.cover.min() >= 0 and fields.cover.max() <= 1 + 1e-6
    for landmark in (4, 50, 280, 151, 199):
        assert fields.cover[(*pixel(fields, landmark), 0)] == pytest.approx(1)
    assert not fields.cover[[0, 0, -1, -1], [0, -1, 0, -1]].any()
