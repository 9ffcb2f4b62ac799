"""Cuts between scenes."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.portraits import hang, portrait, wall
from mer_ros.spotting.scene_cut import SceneCut, reduced


def scene(seed: int, x: int = 200, wall_name: str = "noise") -> np.ndarray:
    image = wall(640, 480, wall_name)
    hang(image, portrait(100.0, "parametric", seed), x, 40)
    return image


def cuts(*images: np.ndarray) -> list[bool]:
    cut = SceneCut()
    return [cut.update(reduced(image)) for image in images]


def test_fault_92_another_person_before_another_wall_is_a_cut():
    one, other = scene(703), scene(706, 150, "grey")
    assert cuts(one, one, other, other, one) == [False, False, True, False, True]


@pytest.mark.parametrize(
    "change",
    [lambda image: image // 3, lambda image: np.roll(image, 4, axis=1), lambda image: image],
    ids=["light", "shake", "nothing"],
)
def test_light_and_a_small_movement_are_no_cut(change):
    image = scene(703)
    assert not any(cuts(image, image, change(image)))


def test_a_moving_camera_makes_no_cut_again_and_again():
    wide = np.hstack([wall(640, 480, "coffee"), wall(640, 480, "rocket")])
    assert sum(cuts(*(wide[:, x : x + 640] for x in range(0, 640, 40)))) <= 1


def test_pictures_of_one_grey_level_are_no_cut():
    assert not any(cuts(*(np.full((60, 80, 3), level, np.uint8) for level in (0, 0, 255, 10))))
