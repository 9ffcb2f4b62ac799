"""The simulated camera: shutter, focus, compression and lost frames."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from mer_ros.data.synthetic import STILL, synthetic_clip
from mer_ros.data.synthetic.camera import LONGEST_EXPOSURE_S, SimulatedCamera, lost_frames
from mer_ros.data.synthetic.conditions import Conditions
from mer_ros.data.synthetic.nuisances import Refocus

SIZE_WH = (64, 48)
PULSE = Refocus(1.0, 0.4, blur_px=4.0, growth=0.004)


def camera(
    conditions: Conditions = STILL, refocuses: tuple[Refocus, ...] = (), fps: float = 100.0
) -> SimulatedCamera:
    return SimulatedCamera(conditions, refocuses, 1, SIZE_WH, fps)


@pytest.fixture
def scene() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (SIZE_WH[1], SIZE_WH[0], 3), np.uint8)


def test_without_conditions_the_frame_is_the_scene(scene: np.ndarray) -> None:
    np.testing.assert_array_equal(camera().take(scene.copy(), 0.0, 0), scene)


@pytest.mark.parametrize(
    ("exposure", "fps", "open_s"),
    [(0.0, 100.0, 0.0), (0.5, 100.0, 0.005), (1.0, 50.0, 0.02), (0.9, 30.0, LONGEST_EXPOSURE_S)],
)
def test_the_shutter_is_open_for_its_share_of_the_frame_time(
    exposure: float, fps: float, open_s: float
) -> None:
    assert camera(replace(STILL, exposure=exposure), fps=fps).open_s == pytest.approx(open_s)


@pytest.mark.parametrize(
    ("time_s", "share"), [(0.9, 0.0), (1.0, 0.0), (1.1, 0.5), (1.2, 1.0), (1.3, 0.5), (1.4, 0.0), (9.0, 0.0)]
)
def test_an_autofocus_pulse_enlarges_the_image_and_returns(time_s: float, share: float) -> None:
    assert camera(refocuses=(PULSE,)).growth(time_s) == pytest.approx(0.004 * share, abs=1e-9)


def test_pulses_at_the_same_time_add_up() -> None:
    assert camera(refocuses=(PULSE, replace(PULSE, growth=-0.001))).growth(1.2) == pytest.approx(0.003)


def test_the_blur_of_lens_and_autofocus_adds_up_as_variance(scene: np.ndarray) -> None:
    taken = camera(replace(STILL, blur_px=3.0), (PULSE,))
    np.testing.assert_array_equal(taken.take(scene, 1.2, 0), cv2.GaussianBlur(scene, (0, 0), 5.0))
    np.testing.assert_array_equal(taken.take(scene, 2.0, 0), cv2.GaussianBlur(scene, (0, 0), 3.0))


def test_an_autofocus_pulse_blurs_a_clip_for_a_moment() -> None:
    clip = synthetic_clip(2, fps=50, n_events=7, conditions=replace(STILL, refocuses=20))
    pulse = clip.timeline.nuisances.refocuses[0]
    sharp, soft = (
        cv2.Laplacian(cv2.cvtColor(clip.render(round(t * 50)), cv2.COLOR_BGR2GRAY), cv2.CV_32F).var()
        for t in (pulse.start_s - 0.02, pulse.start_s + pulse.duration_s / 2)
    )
    assert soft < 0.5 * sharp


def test_compression_shows_the_borders_of_its_blocks() -> None:
    pressed = synthetic_clip(3, n_events=7, conditions=replace(STILL, jpeg=40)).render(0)
    blocks = np.abs(np.diff(pressed.astype(float), axis=1)).mean((0, 2))
    assert blocks[7::8].mean() > 1.1 * blocks[3::8].mean()  # steps at the borders of the 8 px blocks


@pytest.mark.parametrize(("n", "share"), [(0, 0.1), (1000, 0.0)])
def test_no_frame_is_lost_where_there_is_none_or_the_share_is_0(n: int, share: float) -> None:
    lost = lost_frames(1, n, share)
    assert lost.shape == (n,) and not lost.any()


@pytest.mark.parametrize("share", [0.02, 0.1])
def test_the_requested_share_is_lost_in_runs(share: float) -> None:
    lost = lost_frames(3, 20_000, share)
    assert lost.mean() == pytest.approx(share, rel=0.2)
    ends = np.flatnonzero(np.diff(np.concatenate([[0], lost, [0]]).astype(int)))
    runs = ends[1::2] - ends[::2]
    assert 1.6 < runs.mean() < 2.6 and runs.min() == 1
    np.testing.assert_array_equal(lost, lost_frames(3, 20_000, share))
    assert not np.array_equal(lost, lost_frames(4, 20_000, share))
