"""A subject at rest in the frame: place, size, depth, texture and tone."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from mer_ros.data.synthetic import STILL, synthetic_clip
from mer_ros.data.synthetic.heads import deformation
from mer_ros.data.synthetic.photograph import built_in
from mer_ros.data.synthetic.stage import FACE_CENTRE, FINER, Stage, retoned
from mer_ros.data.synthetic.subject import SHAPE_SIGMA, Subject
from mer_ros.face import canonical_mesh

WIDE_JAW = {"jaw_width": 0.14, "mouth_width": -0.1}


@pytest.fixture(scope="module")
def wide(plain_subject: Subject) -> Stage:
    """The same face with a wider jaw and a narrower mouth."""
    subject = replace(plain_subject, shape={**plain_subject.shape, **WIDE_JAW})
    return Stage(subject, (320, 240), 100.0, built_in())


def test_the_face_is_placed_with_its_width_at_its_centre(stage: Stage) -> None:
    low, high = stage.landmarks.min(0), stage.landmarks.max(0)
    assert high[0] - low[0] == pytest.approx(100.0)
    np.testing.assert_allclose((low + high) / 2, np.array([320, 240]) * FACE_CENTRE, atol=1e-9)
    photo = built_in()
    assert stage.px == pytest.approx(photo.scale_px * 100 / np.ptp(photo.landmarks[:, 0]))


def test_depth_is_0_at_the_eyes_and_negative_towards_the_camera(stage: Stage) -> None:
    assert stage.depth_px[[33, 263]].mean() == pytest.approx(0, abs=1e-9)
    assert stage.depth_px[4] < -0.2 * stage.px and stage.depth_px[[234, 454]].min() > 0


def test_the_texture_is_the_photograph_at_three_times_the_resolution(stage: Stage) -> None:
    photo = built_in()
    scale = 100 / np.ptp(photo.landmarks[:, 0])
    shift = stage.landmarks[0] - photo.landmarks[0, :2] * scale
    fine = np.column_stack([np.eye(2) * FINER * scale, FINER * (shift + 0.5) - 0.5])
    expected = cv2.warpAffine(
        photo.image, fine, (960, 720), flags=cv2.INTER_LANCZOS4, borderMode=cv2.BORDER_REFLECT_101
    )
    assert stage.texture.shape == (720, 960, 3) and stage.texture.dtype == np.uint8
    assert cv2.absdiff(stage.texture, expected).mean() < 1


def test_canonical_displacements_are_scaled_to_the_frame(plain_subject: Subject) -> None:
    upright = replace(built_in(), rotation=np.eye(3))
    plain = Stage(plain_subject, (320, 240), 100.0, upright)
    moved = plain.canonical_to_frame(np.array([[1.0, 0, 0], [0, -0.5, 0], [0, 0, 1.0], [0, 0, 0]]))
    np.testing.assert_allclose(moved, np.array([[1, 0], [0, -0.5], [0, 0], [0, 0]]) * plain.px, atol=1e-9)
    assert plain.canonical_to_frame(np.empty((0, 3))).shape == (0, 2)


def test_a_subject_s_geometry_moves_the_landmarks_and_the_texture(stage: Stage, wide: Stage) -> None:
    moved = wide.landmarks - stage.landmarks
    shape = dict.fromkeys(SHAPE_SIGMA, 0.0) | WIDE_JAW
    expected = stage.canonical_to_frame(deformation(canonical_mesh.load().canonical, shape))
    np.testing.assert_allclose(moved, expected, atol=1e-9)
    assert moved[172, 0] < -1 and moved[397, 0] > 1, "both corners of the jaw move outwards"
    before, after = (cv2.cvtColor(s.texture, cv2.COLOR_BGR2GRAY) for s in (stage, wide))
    flow = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM).calc(before, after, None)
    for corner in (61, 291):
        x, y = np.rint((stage.landmarks[corner] + 0.5) * FINER - 0.5).astype(int)
        seen = np.median(flow[y - 3 : y + 4, x - 3 : x + 4, 0])
        assert seen == pytest.approx(FINER * moved[corner, 0], abs=1.0)


LEVELS = np.array([[0, 51, 64, 100, 128, 200, 255]], np.uint8)[..., None].repeat(3, axis=2)


@pytest.mark.parametrize(
    ("changed", "tone", "seen"),
    [
        ({"gamma": 3.0, "contrast": 2.0, "warmth": 2.0}, 0.0, [[0, 51, 64, 100, 128, 200, 255]] * 3),
        ({"gamma": 2.0}, 1.0, [[0, 10, 16, 39, 64, 157, 255]] * 3),  # 255 (level / 255)^2
        ({"gamma": 4.0}, 0.5, [[0, 10, 16, 39, 64, 157, 255]] * 3),
        ({"contrast": 0.5}, 1.0, [[64, 89, 96, 114, 128, 164, 191]] * 3),  # halved about 127.5
        (
            {"warmth": 4.0},  # blue halved, red doubled
            1.0,
            [
                [0, 26, 32, 50, 64, 100, 128],
                [0, 51, 64, 100, 128, 200, 255],
                [0, 102, 128, 200, 255, 255, 255],
            ],
        ),
    ],
    ids=["none", "gamma", "half the tone", "contrast", "warmth"],
)
def test_tone_by_hand(
    plain_subject: Subject, changed: dict[str, float], tone: float, seen: list[list[int]]
) -> None:
    subject = replace(plain_subject, **changed)
    toned = retoned(LEVELS, subject, tone)[0].T
    np.testing.assert_allclose(toned.astype(int), seen, atol=1)  # 1: halves may be rounded either way


def test_the_tone_of_a_clip_is_its_subject_s() -> None:
    plain = synthetic_clip(3, n_events=7, conditions=STILL).render(0)
    toned = synthetic_clip(3, n_events=7, conditions=replace(STILL, tone=1.0))
    assert (toned.render(0).mean() < plain.mean()) == (toned.subject.gamma > 1)
