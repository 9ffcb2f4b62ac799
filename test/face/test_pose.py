import math

import numpy as np
import pytest

from mer_ros.face import geometry, pose


def upright(scale=100.0):
    """Eye corners, forehead and chin of a face that looks straight ahead, centred on (200, 200)."""
    points = np.full((468, 3), (200, 200, 0), np.float32)
    points[geometry.RIGHT_EYE_OUTER] = (200 - scale / 2, 180, 0)
    points[geometry.LEFT_EYE_OUTER] = (200 + scale / 2, 180, 0)
    points[10] = (200, 120, 0)
    points[152] = (200, 290, 0)
    return points


def turned(axis, angle):
    c, s = math.cos(angle), math.sin(angle)
    matrix = {
        "yaw": [[c, 0, -s], [0, 1, 0], [s, 0, c]],
        "pitch": [[1, 0, 0], [0, c, -s], [0, s, c]],
        "roll": [[c, -s, 0], [s, c, 0], [0, 0, 1]],
    }[axis]
    centre = np.array([200, 200, 0], np.float32)
    return ((upright() - centre) @ np.array(matrix, np.float32).T + centre).astype(np.float32)


@pytest.mark.parametrize(("index", "axis"), [(0, "yaw"), (1, "pitch"), (2, "roll")])
def test_each_angle_is_found_alone(index, axis):
    angles = pose.yaw_pitch_roll(turned(axis, 0.3))
    expected = [0.0, 0.0, 0.0]
    expected[index] = 0.3
    np.testing.assert_allclose(angles, expected, atol=1e-5)


def test_fault_36_box_is_cut_at_the_image_and_none_outside():
    assert pose.box_xywh(upright(), (640, 480)) == (150, 120, 100, 170)
    assert pose.box_xywh(upright(), (200, 200)) == (150, 120, 50, 80)
    assert pose.box_xywh(upright() + 1000, (640, 480)) is None


@pytest.mark.parametrize(
    ("landmarks", "words"),
    [
        (upright(), ""),
        (upright(20.0), "too small: 20 px"),
        (turned("yaw", 0.8), "turned away: 46 degrees"),
        (turned("roll", math.radians(94)), ""),
        (turned("roll", math.radians(-94)), ""),
        (turned("roll", math.radians(96)), "turned upside down: 96 degrees"),
        (turned("roll", math.radians(-96)), "turned upside down: 96 degrees"),
        (upright() - (160, 0, 0), "cut by the edge"),
    ],
    ids=["fit", "small", "turned", "lying", "lying left", "rolled", "rolled left", "cut"],
)
def test_fault_37_an_unfit_face_gets_a_reason(landmarks, words):
    reason = pose.unfit_reason(np.asarray(landmarks, np.float32), (640, 480), 40, 0.6)
    assert reason.startswith(words) and bool(reason) == bool(words)
