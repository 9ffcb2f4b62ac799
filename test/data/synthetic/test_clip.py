"""The rendered clip moves as its script says."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from mer_ros.data.synthetic import DEMO_SUBJECTS, DemoClip
from mer_ros.errors import ConfigError, InputError
from mer_ros.types import EMOTIONS


@pytest.fixture(scope="module")
def clip() -> DemoClip:
    return DemoClip(seed=1)


@pytest.fixture(scope="module")
def still() -> DemoClip:
    """No head motion, blinks or noise: only expressions move."""
    return DemoClip(seed=1, sway_px=0, roll_deg=0, turn_deg=0, blinks=False, noise_sigma=0)


@pytest.fixture(scope="module")
def moving() -> DemoClip:
    return DemoClip(seed=2, blinks=False, noise_sigma=0)


def _grey(image: np.ndarray) -> np.ndarray:
    return cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)


def _flow(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    dis = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    dis.setFinestScale(0)
    return dis.calc(_grey(first), _grey(second), None)


def _onset_and_apex(clip: DemoClip, k: int) -> tuple[int, int]:
    event = clip.truth[k]
    return int(event.onset_s * clip.fps), round(event.apex_s * clip.fps)


def test_frames_look_like_a_camera(clip: DemoClip) -> None:
    frame = clip.render(0)
    assert frame.shape == (480, 640, 3) and frame.dtype == np.uint8
    assert frame.flags.writeable and frame.flags.c_contiguous
    assert 20 < clip.n_frames / clip.fps < 32
    assert {event.emotion for event in clip.truth} == set(EMOTIONS)
    assert clip.subject.id in DEMO_SUBJECTS


def test_a_frame_depends_on_seed_and_index_only(clip: DemoClip) -> None:
    index = _onset_and_apex(clip, 3)[1]
    first = clip.render(index)
    clip.render(0)
    assert clip.render(index).tobytes() == first.tobytes()
    assert DemoClip(seed=1).render(index).tobytes() == first.tobytes()
    assert DemoClip(seed=2).render(0).tobytes() != clip.render(0).tobytes()


def test_frame_rate_changes_the_frames_not_the_story(clip: DemoClip) -> None:
    slow = DemoClip(seed=1, fps=50.0)
    assert slow.truth == clip.truth
    quiet_fast = DemoClip(seed=1, noise_sigma=0)
    quiet_slow = DemoClip(seed=1, fps=50.0, noise_sigma=0)
    np.testing.assert_array_equal(quiet_fast.render(4 * 110), quiet_slow.render(110))


def test_landmarks_move_by_the_amplitude_asked_for() -> None:
    for amplitude in (1.0, 2.0):
        clip = DemoClip(seed=4, amplitude_px=amplitude, sway_px=0, roll_deg=0, turn_deg=0)
        for k, event in enumerate(clip.truth):
            onset, apex = _onset_and_apex(clip, k)
            moved = np.linalg.norm(clip.true_landmarks(apex) - clip.true_landmarks(onset), axis=1).max()
            assert moved == pytest.approx(amplitude * event.gain, rel=0.05)


@pytest.mark.parametrize("k", range(14))
@pytest.mark.parametrize("name", ["still", "moving"])
def test_dense_flow_recovers_the_scripted_motion(name: str, k: int, request: pytest.FixtureRequest) -> None:
    clip = request.getfixturevalue(name)
    onset, apex = _onset_and_apex(clip, k)
    flow = _flow(clip.render(onset), clip.render(apex))
    before, after = clip.true_landmarks(onset), clip.true_landmarks(apex)
    true = after - before
    fastest = np.argsort(-np.linalg.norm(true, axis=1))[:8]
    columns, rows = np.rint(before[fastest]).astype(int).T
    found = flow[rows, columns]
    assert (found * true[fastest]).sum() / (true[fastest] ** 2).sum() == pytest.approx(0.9, abs=0.15)


def test_nothing_moves_at_rest_or_at_the_border(still: DemoClip, moving: DemoClip) -> None:
    np.testing.assert_array_equal(still.render(0), still.render(300))
    first, second = moving.render(0).astype(int), moving.render(300).astype(int)
    assert np.abs(first - second)[:, :2].max() <= 1 and np.abs(first - second)[-2:].max() <= 1


def test_sway_neither_blurs_nor_flickers() -> None:
    clip = DemoClip(seed=1, noise_sigma=0, blinks=False)
    sharp = [
        cv2.Laplacian(_grey(clip.render(i)), cv2.CV_32F)[120:290, 250:390].var() for i in range(0, 390, 13)
    ]
    assert np.std(sharp) / np.mean(sharp) < 0.03


def test_noise_has_its_strength_and_no_memory(clip: DemoClip) -> None:
    quiet = DemoClip(seed=1, noise_sigma=0)
    face = np.s_[120:290, 250:390]  # no black there, which would cut the noise off
    frames = [(_grey(clip.render(i)).astype(np.float32) - _grey(quiet.render(i)))[face] for i in (10, 11, 12)]
    for noise in frames:
        assert noise.std() == pytest.approx(2.0, abs=0.15)
        assert abs(noise.mean()) < 0.1
    for one, two in zip(frames, frames[1:], strict=False):
        assert abs(np.corrcoef(one.ravel(), two.ravel())[0, 1]) < 0.03


def test_a_blink_covers_the_eyeballs() -> None:
    clip = DemoClip(seed=1, sway_px=0, roll_deg=0, turn_deg=0, noise_sigma=0)
    blink = clip.timeline.blinks[0]
    shut = clip.render(round((blink.start_s + blink.duration_s / 3) * clip.fps))
    before = clip.render(int((blink.start_s - 0.005) * clip.fps))
    changed = np.abs(shut.astype(int) - before).max(axis=2) > 12
    rows, columns = np.nonzero(changed)
    landmarks = clip.true_landmarks(0)
    eyes = landmarks[[33, 133, 362, 263, 159, 145]]
    assert changed.sum() > 150
    assert columns.min() > eyes[:, 0].min() - 6 and columns.max() < eyes[:, 0].max() + 6
    assert rows.min() > eyes[:, 1].min() - 20 and rows.max() < eyes[:, 1].max() + 8


def test_other_sizes_and_bad_requests() -> None:
    clip = DemoClip(seed=3, fps=30, size_wh=(320, 242), n_events=7, face_width_px=90)
    assert clip.render(clip.n_frames - 1).shape == (242, 320, 3)
    with pytest.raises(InputError, match="found -1"):
        clip.render(-1)
    with pytest.raises(ConfigError, match="fps > 0"):
        DemoClip(seed=3, fps=0)
    with pytest.raises(ConfigError, match="1.4 times as large"):
        DemoClip(seed=3, size_wh=(200, 100))
