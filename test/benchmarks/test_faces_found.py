"""The benchmark of the faces that are found: its scenes, and what it counts as found."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import pytest

from benchmarks.faces_found import pictures, portraits_in, scene, seconds_until_found
from benchmarks.portraits import WALLS, portrait, wall
from mer_ros.face.geometry import interocular_px
from mer_ros.spotting import FaceWatcher


@pytest.fixture(scope="module")
def watcher() -> Iterator[FaceWatcher]:
    watcher = FaceWatcher()
    yield watcher
    watcher.close()


@pytest.mark.parametrize("name", WALLS)
def test_a_scene_shows_the_whole_face_at_its_true_place(name: str) -> None:
    picture = portrait(60.0)
    for seed in range(5):
        image, truth = scene(picture, (640, 480), name, np.random.default_rng(seed))
        assert image.shape == (480, 640, 3) and truth.min() > 0 and (truth.max(axis=0) < (640, 480)).all()
        assert interocular_px(truth) == pytest.approx(60.0, abs=0.1)
        x, y = (truth.mean(axis=0) - picture.landmarks.mean(axis=0)).round().astype(int)
        nose_x, nose_y = truth[1].astype(int)
        np.testing.assert_array_equal(image[nose_y, nose_x], picture.image[nose_y - y, nose_x - x])


def test_only_a_face_at_its_place_counts_as_found(watcher: FaceWatcher) -> None:
    image, truth = scene(portrait(60.0), (640, 480), "noise", np.random.default_rng(0))
    assert seconds_until_found(watcher, image, truth) < 0.2
    assert seconds_until_found(watcher, image, truth + 30) == np.inf
    assert seconds_until_found(watcher, wall(640, 480), truth) == np.inf


def test_a_folder_gives_its_pictures_and_those_with_one_face_as_portraits(tmp_path) -> None:
    picture = portrait(60.0)
    cv2.imwrite(str(tmp_path / "one.png"), picture.image)
    cv2.imwrite(str(tmp_path / "none.png"), wall(320, 240))
    (tmp_path / "broken.jpg").write_bytes(b"no picture")
    assert len(list(pictures(tmp_path))) == 2
    (read,) = portraits_in(tmp_path)
    assert np.abs(read.landmarks - picture.landmarks).mean() < 3.0
