"""The scene of a photograph."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.data.synthetic.head_motion import HeadPose
from mer_ros.data.synthetic.scenes.photographed import PhotographedScene
from mer_ros.data.synthetic.subject import Subject


@pytest.fixture(scope="module")
def scene(plain_subject: Subject) -> PhotographedScene:
    return PhotographedScene(plain_subject, (320, 240), 100.0)


def test_fields_move_the_picture_and_rest_is_rest(scene: PhotographedScene) -> None:
    rest = scene.draw(HeadPose(), None, 0.0)
    assert rest.shape == (240, 320, 3) and rest.dtype == np.uint8
    nothing = scene.field(np.zeros((468, 2)))
    assert np.abs(scene.draw(HeadPose(), nothing, 0.0).astype(int) - rest).max() <= 1
    smile = scene.field(scene.displacement({"AU12R": 0.05, "AU12L": 0.05}))
    changed = np.abs(scene.draw(HeadPose(), smile, 0.0).astype(int) - rest).max(-1) > 10
    corner = scene.landmarks[61].astype(int)
    assert changed[corner[1] - 8 : corner[1] + 9, corner[0] - 8 : corner[0] + 9].any()
    assert not changed[: int(scene.landmarks[10, 1])].any()


def test_a_glance_moves_what_lies_between_the_lids(scene: PhotographedScene) -> None:
    rest = scene.draw(HeadPose(), None, 0.0).astype(int)
    aside = scene.draw(HeadPose(), scene.gaze(2.0, 0.0), 0.0)
    rows, columns = np.nonzero(np.abs(aside - rest).max(-1) > 10)
    eyes = scene.landmarks[[33, 263]]
    assert len(rows) > 10 and columns.min() > eyes[0, 0] - 2 and columns.max() < eyes[1, 0] + 2
