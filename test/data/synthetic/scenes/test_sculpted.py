"""The scene of the sculpted head: every movement is seen where it is, and FaceMesh sees a face."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from mer_ros.data.synthetic.head_motion import HeadPose
from mer_ros.data.synthetic.scenes.looks import Looks
from mer_ros.data.synthetic.scenes.sculpted import SculptedScene
from mer_ros.data.synthetic.subject import make_subject
from mer_ros.face.mesh import FaceMesh

REST = HeadPose()


@pytest.fixture(scope="module")
def rest(scene: SculptedScene) -> np.ndarray:
    return scene.draw(REST, None, 0.0)


def moved(scene: SculptedScene, peak_px: float, *units: str) -> tuple[np.ndarray, np.ndarray]:
    """Displacement of the landmarks and picture of units on both sides."""
    displacement = scene.displacement({unit + side: 1.0 for unit in units for side in "RL"})
    displacement *= peak_px / np.linalg.norm(displacement[:468, :2], axis=1).max()
    return displacement[:468, :2], scene.draw(REST, scene.field(displacement), 0.0)


def part(scene: SculptedScene, picture: np.ndarray, landmarks: list[int], reach: int) -> np.ndarray:
    x, y = scene.landmarks[landmarks].mean(0).round().astype(int)
    return picture[y - reach : y + reach + 1, x - reach : x + reach + 1].astype(float)


def test_the_picture_repeats_and_a_field_of_nothing_changes_nothing(
    scene: SculptedScene, rest: np.ndarray
) -> None:
    assert rest.shape == (240, 320, 3) and rest.dtype == np.uint8
    np.testing.assert_array_equal(scene.draw(REST, None, 0.0), rest)
    still = scene.draw(REST, scene.gaze(0.0, 0.0), 0.0).astype(int)
    assert np.abs(still - rest).mean() < 0.05


@pytest.mark.parametrize("units", [("AU12",), ("AU1", "AU2"), ("AU26",), ("AU4",)])
def test_optical_flow_finds_the_movement(
    scene: SculptedScene, rest: np.ndarray, units: tuple[str, ...]
) -> None:
    true, picture = moved(scene, 2.0, *units)
    dis = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    dis.setFinestScale(0)
    grey = [cv2.cvtColor(one, cv2.COLOR_BGR2GRAY) for one in (rest, picture)]
    flow = dis.calc(*grey, None)
    fastest = np.argsort(-np.linalg.norm(true, axis=1))[:40]
    columns, rows = np.rint(scene.landmarks[fastest]).astype(int).T
    found = flow[rows, columns]
    assert (found * true[fastest]).sum() / (true[fastest] ** 2).sum() == pytest.approx(0.9, abs=0.25)
    assert np.corrcoef(found.ravel(), true[fastest].ravel())[0, 1] > 0.8


def test_parted_lips_show_the_inside_of_the_mouth(scene: SculptedScene, rest: np.ndarray) -> None:
    _, picture = moved(scene, 6.0, "AU26", "AU25")
    closed, opened = (part(scene, one, [13, 14], 5) for one in (rest, picture))
    assert opened.sum(-1).min() < 0.75 * closed.sum(-1).min()
    colour = opened[..., 2] - opened[..., 1]  # lips are red, teeth and the dark are not
    assert colour.min() < 0.5 * (closed[..., 2] - closed[..., 1]).min()


def test_closed_lids_hide_the_eyeballs(scene: SculptedScene, rest: np.ndarray) -> None:
    shut = scene.draw(REST, None, 1.0)
    for eye in ([159, 145], [386, 374]):
        before, after = (part(scene, one, eye, 2) for one in (rest, shut))
        cheek = part(scene, rest, [50], 2).mean()
        assert abs(after[:3].mean() - cheek) < 0.5 * cheek
        assert np.abs(before - after).max() > 0.25 * cheek
    np.testing.assert_array_equal(shut[150:], rest[150:])


def test_a_glance_moves_the_iris_and_nothing_else(scene: SculptedScene, rest: np.ndarray) -> None:
    aside = scene.draw(REST, scene.gaze(2.5, 0.0), 0.0)
    rows, columns = np.nonzero(np.abs(aside.astype(int) - rest).max(-1) > 12)
    eyes = scene.landmarks[[33, 263]]
    assert len(rows) > 20 and columns.min() > eyes[0, 0] - 3 and columns.max() < eyes[1, 0] + 3
    dark = [
        np.average(np.arange(11), weights=255 - part(scene, p, [159, 145], 5).mean((0, 2)))
        for p in (rest, aside)
    ]
    assert dark[1] > dark[0] + 0.1


def test_the_wall_stays_and_light_follows_a_turned_head(scene: SculptedScene, rest: np.ndarray) -> None:
    turned = scene.draw(HeadPose(yaw_rad=0.2), None, 0.0)
    np.testing.assert_array_equal(turned[:40, :40], rest[:40, :40])
    assert Looks.of(2003).light[0] > 0.2  # the lamp stands on the right of the picture
    right, left = (
        np.rint(scene.move(scene.landmarks, HeadPose(yaw_rad=0.2))[k]).astype(int) for k in (50, 280)
    )
    now = [turned[y - 4 : y + 5, x - 4 : x + 5].mean() for x, y in (right, left)]
    before = [part(scene, rest, [k], 4).mean() for k in (50, 280)]
    assert now[0] > 1.02 * before[0] and now[1] < 0.99 * before[1]


def test_facemesh_sees_the_face_at_its_landmarks() -> None:
    mesh = FaceMesh(tracking=False)
    for number in (2003, 2007, 2011):
        scene = SculptedScene(make_subject(number, head="parametric"), (320, 240), 110.0)
        (found,) = mesh.detect(scene.draw(REST, None, 0.0))
        eyes = np.linalg.norm(scene.landmarks[33] - scene.landmarks[263])
        assert np.linalg.norm(found[:, :2] - scene.landmarks, axis=1).mean() < 0.07 * eyes
    mesh.close()
