"""Fields from the vertices: they agree with the landmarks, and the lips part."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.data.synthetic.scenes.lips import LipLine
from mer_ros.data.synthetic.scenes.relief import Relief
from mer_ros.data.synthetic.scenes.scene import N_LANDMARKS
from mer_ros.data.synthetic.scenes.vertex_motion import FaceField, VertexMotion
from mer_ros.data.synthetic.subject import Subject


@pytest.fixture(scope="module")
def motion(relief: Relief, sculpted: Subject, lips: LipLine) -> VertexMotion:
    return VertexMotion(relief, sculpted, lips)


def opened(motion: VertexMotion, **units: float) -> tuple[np.ndarray, FaceField]:
    strengths = {unit + side: amount for unit, amount in units.items() for side in "RL"}
    displacement = motion.displacement(strengths)
    return displacement, motion.opened(motion.field(displacement))


@pytest.mark.parametrize("unit", ["AU1", "AU4", "AU6", "AU9", "AU12", "AU15"])
def test_the_dense_field_agrees_with_the_landmarks(motion: VertexMotion, relief: Relief, unit: str) -> None:
    displacement, field = opened(motion, **{unit: 0.05})
    true = displacement[:N_LANDMARKS, :2]
    fastest = np.argsort(-np.linalg.norm(true, axis=1))[:20]
    columns, rows = np.rint(relief.landmarks[fastest]).astype(int).T - np.array(motion.box_xyxy[:2])[:, None]
    error = np.linalg.norm(field.skin[rows, columns] - true[fastest], axis=1)
    assert np.median(error) < 0.15 * np.linalg.norm(true, axis=1).max()


def test_the_landmarks_move_as_those_of_the_flow_samples(
    motion: VertexMotion, relief: Relief, sculpted: Subject
) -> None:
    found = motion.displacement({"AU12R": 0.1})[:N_LANDMARKS]
    np.testing.assert_allclose(found, sculpted.displacement("AU12")["R"] * 0.1 * relief.px, atol=1e-9)
    vertices = motion.displacement({"AU12R": 0.1})[N_LANDMARKS:]
    np.testing.assert_allclose(relief.head.at_landmarks(vertices), found, atol=0.02 * np.abs(found).max())


def test_a_dropping_jaw_parts_the_lips(motion: VertexMotion, lips: LipLine) -> None:
    _, field = opened(motion, AU26=0.1)
    row, column = (side // 2 for side in field.upper.shape[:2])
    upper, lower = (
        sheet[row - 2 : row + 3, column - 5 : column + 6, 1].mean() for sheet in (field.upper, field.lower)
    )
    assert lower > 3 and upper < 0.2 * lower
    assert 0.3 * lower < field.jaw[1] < lower
    assert np.abs(field.normals).max() > 0.01


def test_fields_add_up(motion: VertexMotion) -> None:
    both = motion.displacement({"AU12R": 0.1, "AU4L": 0.2})
    one, other = motion.displacement({"AU12R": 0.1}), motion.displacement({"AU4L": 0.2})
    np.testing.assert_allclose(both, one + other, atol=1e-9)
    total = motion.opened(motion.field(one) + motion.field(other) + motion.gaze(2.0, -1.0))
    np.testing.assert_allclose(total.skin, motion.opened(motion.field(both)).skin, atol=1e-4)
    assert total.gaze.tolist() == [2.0, -1.0]
    assert not motion.field(np.zeros_like(both)).any()
