"""Displacements of one face at rest in the frame, and how a frame shows them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mer_ros.data.synthetic import STILL, SyntheticClip, synthetic_clip
from mer_ros.data.synthetic.face_motion import FaceMotion, add_motion
from mer_ros.data.synthetic.stage import FINER, Stage
from mer_ros.data.synthetic.subject import Subject
from mer_ros.face.interpolation import pixel_grid


@pytest.fixture(scope="module")
def face(stage: Stage, plain_subject: Subject) -> FaceMotion:
    return FaceMotion(stage, plain_subject)


def value_at(field: np.ndarray, face: FaceMotion, point_xy: np.ndarray) -> np.ndarray:
    """Value of a (h, w, C) field of the region at a frame pixel."""
    x, y = np.rint(point_xy).astype(int) - face.box_xyxy[:2]
    return field[y, x]


def test_without_units_nothing_moves(face: FaceMotion) -> None:
    still = face.landmarks({})
    assert still.shape == (468, 2) and not still.any()
    assert not face.dense(still).any()


def test_a_unit_of_one_side_moves_that_side_alone(face: FaceMotion) -> None:
    right = face.landmarks({"AU12R": 0.1})
    assert right[61, 0] < -1 and right[61, 1] < -1, "the person's right lip corner: left and up in the image"
    assert np.abs(right[291]).max() < 1e-6
    left = face.landmarks({"AU12L": 0.1})
    assert left[291, 0] > 1 and left[291, 1] < -1 and np.abs(left[61]).max() < 1e-6


def test_intensities_add_up(face: FaceMotion) -> None:
    both = face.landmarks({"AU12R": 0.2, "AU12L": -0.1, "AU4R": 0.3})
    alone = 0.2 * face.landmarks({"AU12R": 1.0}) - 0.1 * face.landmarks({"AU12L": 1.0})
    np.testing.assert_allclose(both, alone + 0.3 * face.landmarks({"AU4R": 1.0}), atol=1e-9)


def test_intensity_1_of_both_sides_is_one_interocular_distance(face: FaceMotion, stage: Stage) -> None:
    """In a frontal view; the face of the photograph is turned slightly, which shortens some movements."""
    moved = face.landmarks({"AU2R": 1.0, "AU2L": 1.0})
    assert np.linalg.norm(moved, axis=1).max() == pytest.approx(stage.px, rel=0.1)


def test_a_shift_of_all_landmarks_is_dense_on_the_face_and_0_at_the_border(
    face: FaceMotion, stage: Stage
) -> None:
    field = face.dense(np.tile([1.0, -2.0], (468, 1)))
    x0, y0, x1, y1 = face.box_xyxy
    assert field.shape == (y1 - y0, x1 - x0, 2) and field.dtype == np.float32
    for landmark in (4, 50, 280, 151, 199):  # nose, cheeks, forehead, chin
        np.testing.assert_allclose(value_at(field, face, stage.landmarks[landmark]), [1, -2], atol=1e-3)
    border = np.concatenate([field[0], field[-1], field[:, 0], field[:, -1]])
    assert not border.any()


def test_eyeballs_move_between_the_lids_and_nowhere_else(face: FaceMotion, stage: Stage) -> None:
    share = face.eyeballs()
    assert share.min() == 0 and share.max() <= 1
    for upper, lower in ((159, 145), (386, 374)):
        middle = stage.landmarks[[upper, lower]].mean(0)
        assert value_at(share, face, middle)[0] > 0.8
    for landmark in (4, 61, 105, 151, 152, 50):
        assert value_at(share, face, stage.landmarks[landmark])[0] == 0
    assert share.sum() < 0.03 * share.size


BOX = (10, 10, 90, 70)
CENTRE, SIGMA = np.array([50.0, 40.0]), 9.0


def bump(points: np.ndarray) -> np.ndarray:
    """(..., 2) a smooth displacement of at most (1, -0.75) pixels."""
    near = np.exp(-((points - CENTRE) ** 2).sum(-1) / (2 * SIGMA**2))
    return near[..., None] * np.array([1.0, -0.75])


def resting_source() -> np.ndarray:
    """(80, 100, 2) texture positions of a frame in which nothing moves."""
    return ((pixel_grid(100, 80).reshape(80, 100, 2) + 0.5) * FINER - 0.5).astype(np.float32)


def test_a_field_of_zero_changes_nothing() -> None:
    source = resting_source()
    add_motion(source, np.zeros((60, 80, 2), np.float32), BOX)
    np.testing.assert_allclose(source, resting_source(), atol=1e-4)


def test_each_pixel_shows_the_point_that_has_moved_to_it() -> None:
    """A point p is seen at q = p + e(p)."""
    source, q = resting_source(), pixel_grid(100, 80).reshape(80, 100, 2)
    x0, y0, x1, y1 = BOX
    add_motion(source, bump(q[y0:y1, x0:x1]).astype(np.float32), BOX)
    p = (source + 0.5) / FINER - 0.5
    np.testing.assert_allclose(p + bump(p), q, atol=0.02)
    assert np.abs(p - q).max() > 0.95, "something moves"
    outside = np.ones((80, 100), bool)
    outside[y0:y1, x0:x1] = False
    np.testing.assert_array_equal(source[outside], resting_source()[outside])


def test_the_field_moves_with_the_head() -> None:
    """The head has moved 7 px to the right: the point that the field moves most is seen there."""
    source = resting_source() - np.array([7.0 * FINER, 0], np.float32)
    x0, y0, x1, y1 = BOX
    add_motion(source, bump(pixel_grid(100, 80).reshape(80, 100, 2)[y0:y1, x0:x1]).astype(np.float32), BOX)
    seen_at = (CENTRE + (1, -0.75) + (7, 0)).astype(int)  # (58, 39) shows about the point (50, 40)
    p = (source[seen_at[1], seen_at[0]] + 0.5) / FINER - 0.5
    np.testing.assert_allclose(p + bump(p) + (7, 0), seen_at, atol=0.02)


def changed(clip: SyntheticClip, one_s: float, two_s: float) -> np.ndarray:
    """(M, 2) x, y of the pixels that differ between two times."""
    one, two = (clip.render(round(t * clip.fps)).astype(int) for t in (one_s, two_s))
    rows, columns = np.nonzero(np.abs(one - two).max(axis=2) > 8)
    return np.column_stack([columns, rows])


def test_a_glance_of_a_clip_moves_what_is_between_the_lids() -> None:
    clip = synthetic_clip(5, fps=100, n_events=7, conditions=replace(STILL, glances=60, glance_px=2.5))
    clear = [
        g
        for g in clip.timeline.nuisances.glances
        if abs(g.right) > 0.5
        and all(clip.timeline.event_at(t) is None for t in (g.start_s - 0.02, g.start_s, g.start_s + 0.2))
    ]
    points = changed(clip, clear[0].start_s - 0.02, clear[0].start_s + 0.2)
    eyes = clip.true_landmarks(0)[[33, 133, 362, 263, 159, 145]]
    assert len(points) > 20
    assert points[:, 0].min() > eyes[:, 0].min() - 8 and points[:, 0].max() < eyes[:, 0].max() + 8
    assert points[:, 1].min() > eyes[:, 1].min() - 12 and points[:, 1].max() < eyes[:, 1].max() + 12


def test_speech_of_a_clip_moves_the_mouth_and_not_the_brows() -> None:
    clip = synthetic_clip(5, fps=100, n_events=7, conditions=replace(STILL, talks=12, gap_s=(3.0, 5.0)))
    talk = clip.timeline.nuisances.talks[0]
    points = np.vstack([changed(clip, talk.start_s, at_s) for at_s in talk.at_s])
    landmarks = clip.true_landmarks(0)
    assert len(points) > 100
    assert points[:, 1].min() > landmarks[[159, 386], 1].max()  # below the eyes
