import numpy as np
import pytest

from mer_ros.face import geometry


def landmarks_with_eyes(right, left):
    points = np.zeros((468, 3), np.float32)
    points[geometry.RIGHT_EYE_OUTER, :2] = right
    points[geometry.LEFT_EYE_OUTER, :2] = left
    return points


@pytest.mark.parametrize(
    ("right", "left"), [((100, 100), (200, 100)), ((50, 80), (90, 110)), ((300, 200), (280, 260))], ids=str
)
def test_crop_puts_the_eye_corners_on_their_places(right, left):
    affine = geometry.crop_from_image(landmarks_with_eyes(right, left), 128)
    placed = geometry.apply(affine, np.array([right, left], np.float32))
    y = geometry.EYE_LINE_Y * 128
    half = geometry.EYE_HALF_WIDTH * 128
    np.testing.assert_allclose(placed, [[64 - half, y], [64 + half, y]], atol=1e-3)


def test_crop_of_a_face_without_extent_is_finite():
    assert np.isfinite(geometry.crop_from_image(landmarks_with_eyes((5, 5), (5, 5)))).all()


def test_invert_undoes_and_compose_applies_the_inner_first():
    affine = geometry.crop_from_image(landmarks_with_eyes((50, 80), (90, 110)))
    points = np.array([[3.0, 4.0], [120.0, -7.0]], np.float32)
    back = geometry.apply(geometry.compose(geometry.invert(affine), affine), points)
    np.testing.assert_allclose(back, points, atol=1e-3)
    shift = np.array([[1, 0, 10], [0, 1, 0]], np.float32)
    double = np.array([[2, 0, 0], [0, 2, 0]], np.float32)
    np.testing.assert_allclose(geometry.apply(geometry.compose(double, shift), points[:1]), [[26.0, 8.0]])
