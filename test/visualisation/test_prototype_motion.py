from __future__ import annotations

import numpy as np

from mer_ros.visualisation.magnification import GOAL_PX
from mer_ros.visualisation.prototype_motion import SIDE_PX, STEPS, neutral_face, prototype_motion


def test_the_neutral_face_is_an_aligned_crop_that_nobody_can_change():
    face = neutral_face()
    assert face.shape == (SIDE_PX, SIDE_PX, 3) and face.dtype == np.uint8 and not face.flags.writeable
    eyes, cheeks = (face[y : y + 8, 60:132].astype(float).mean() for y in (73, 110))
    assert eyes < cheeks - 10, "the eyes are darker and lie on the eye line"


def test_the_face_moves_step_by_step_where_the_flow_is_and_nowhere_else():
    flow = np.zeros((3, 28, 28), np.float32)
    flow[1, 18:22, 10:18] = -0.5
    images = prototype_motion(flow)
    assert len(images) == STEPS + 1 and np.array_equal(images[0], neutral_face())
    change = [np.abs(one.astype(int) - images[0]).sum() for one in images]
    assert change == sorted(change) and change[-1] > 0
    moved = np.abs(images[-1].astype(int) - images[0]).sum(2)
    assert moved[120:155, 60:130].max() > 20 and moved[:70].max() == 0


def test_the_size_of_a_flow_does_not_matter_and_none_moves_nothing():
    flow = np.zeros((2, 28, 28), np.float32)
    flow[0, 12:20, 8:20] = 1
    one, three = prototype_motion(flow), prototype_motion(3 * flow)
    assert np.abs(one[-1].astype(int) - three[-1]).max() <= 1 and GOAL_PX == 7
    assert all(np.array_equal(image, neutral_face()) for image in prototype_motion(0 * flow))
