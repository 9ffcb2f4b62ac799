"""Motion of the whole head: landmarks by hand, and a frame that shows them where they are."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from mer_ros.data.synthetic.head_motion import HeadMotion, HeadPose
from mer_ros.data.synthetic.stage import FINER, Stage
from mer_ros.face.interpolation import pixel_grid

NOSE, EYES = 4, [33, 263]


@pytest.fixture(scope="module")
def head(stage: Stage) -> HeadMotion:
    return HeadMotion(stage)


def rest_positions(source: np.ndarray) -> np.ndarray:
    """Frame pixels of texture positions, of the face at rest."""
    return (source + 0.5) / FINER - 0.5


def test_at_rest_every_pixel_shows_itself(head: HeadMotion, stage: Stage) -> None:
    source = head.source_map(HeadPose())
    assert source.shape == (240, 320, 2) and source.dtype == np.float32
    np.testing.assert_allclose(rest_positions(source), pixel_grid(320, 240).reshape(240, 320, 2), atol=1e-3)
    np.testing.assert_allclose(head.move(stage.landmarks, HeadPose()), stage.landmarks, atol=1e-9)


def test_a_shift_moves_all_landmarks_alike(head: HeadMotion, stage: Stage) -> None:
    moved = head.move(stage.landmarks, HeadPose(right_px=3, down_px=-2))
    np.testing.assert_allclose(moved - stage.landmarks, np.tile([3, -2], (468, 1)), atol=1e-9)


def test_growth_is_about_the_centre(head: HeadMotion, stage: Stage) -> None:
    moved = head.move(stage.landmarks, HeadPose(growth=0.1))
    np.testing.assert_allclose(moved - head.centre, 1.1 * (stage.landmarks - head.centre), atol=1e-9)


def test_a_positive_roll_is_clockwise(head: HeadMotion) -> None:
    points = np.tile(head.centre, (468, 1))
    points[0] += (10, 0)
    moved = head.move(points, HeadPose(roll_rad=0.1)) - head.centre
    np.testing.assert_allclose(moved[0], [10 * np.cos(0.1), 10 * np.sin(0.1)], atol=1e-9)


@pytest.mark.parametrize(("pose", "axis"), [(HeadPose(yaw_rad=0.1), 0), (HeadPose(pitch_rad=0.1), 1)])
def test_a_positive_turn_moves_the_nose_right_or_down_more_than_the_eyes(
    head: HeadMotion, stage: Stage, pose: HeadPose, axis: int
) -> None:
    moved = head.move(stage.landmarks, pose) - stage.landmarks
    assert moved[NOSE, axis] > 1 and moved[NOSE, axis] > moved[EYES, axis].mean() + 1
    assert abs(moved[NOSE, 1 - axis]) < 1e-9
    back = head.move(stage.landmarks, HeadPose(yaw_rad=-pose.yaw_rad, pitch_rad=-pose.pitch_rad))
    assert back[NOSE, axis] < stage.landmarks[NOSE, axis]


@pytest.mark.parametrize(
    ("pose", "tolerance_px"),
    [
        (HeadPose(right_px=4, down_px=3), 0.02),
        (HeadPose(growth=0.05), 0.02),
        (HeadPose(roll_rad=0.1, right_px=-2), 0.02),
        (HeadPose(yaw_rad=0.12), 0.3),  # the image's depth is smoother than that of the landmarks
        (HeadPose(pitch_rad=-0.1), 0.3),
        (HeadPose(5, -3, 0.05, 0.08, 0.05, 0.02), 0.3),
    ],
    ids=["shift", "growth", "roll", "yaw", "pitch", "all"],
)
def test_the_image_shows_each_landmark_where_it_is(
    head: HeadMotion, stage: Stage, pose: HeadPose, tolerance_px: float
) -> None:
    moved = head.move(stage.landmarks, pose)
    at = moved.astype(np.float32).reshape(1, -1, 2)
    shown = rest_positions(cv2.remap(head.source_map(pose), at, None, cv2.INTER_LINEAR)[0])
    error = np.linalg.norm(shown - stage.landmarks, axis=1)
    assert np.median(error) < tolerance_px
    assert np.linalg.norm(moved - stage.landmarks, axis=1).max() > 2


def test_the_border_of_the_frame_stays_and_the_image_does_not_fold(head: HeadMotion) -> None:
    shown = rest_positions(head.source_map(HeadPose(6, 6, 0.1, 0.1, 0.1, 0.03)))
    still = pixel_grid(320, 240).reshape(240, 320, 2)
    for border in (np.s_[0], np.s_[-1], np.s_[:, 0], np.s_[:, -1]):
        assert np.abs(shown[border] - still[border]).max() < 1
    assert np.diff(shown[..., 0], axis=1).min() > 0 and np.diff(shown[..., 1], axis=0).min() > 0, "no fold"


def test_points_between_the_landmarks_move_with_them(stage: Stage) -> None:
    head, pose = HeadMotion(stage), HeadPose(4, -2, 0.05, 0.1, -0.05, 0.02)
    cheeks = [50, 280, 205, 425]
    found = head.move_near(stage.landmarks[cheeks], pose)
    np.testing.assert_allclose(found, head.move(stage.landmarks, pose)[cheeks], atol=0.6)
