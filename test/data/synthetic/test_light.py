"""Light on flat frames, by hand: drift, drift from one side, mains flicker and an open shutter."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mer_ros.data.synthetic import STILL, Conditions, synthetic_clip
from mer_ros.data.synthetic.light import Light
from mer_ros.data.synthetic.nuisances import Nuisances
from mer_ros.data.synthetic.timeline import Sway, Timeline

SIZE_WH = (101, 5)


def constant(level: float) -> Sway:
    """A "motion" that stays at a level: a sine of 0 Hz at its maximum."""
    return Sway(rate_hz=(0.0,), phase=(np.pi / 2,), share=(level,))


def lit(
    conditions: Conditions, level: int, time_s: float = 0.0, open_s: float = 0.0, drift: tuple = (0.0, 0.0)
) -> np.ndarray:
    """(H, W) a flat frame of a grey level as lit; drift: of the whole frame, and from the side, -1..1."""
    whole, side = drift
    timeline = Timeline((), Nuisances(), (), (constant(whole), constant(side)), 1.0)
    frame = np.full((SIZE_WH[1], SIZE_WH[0], 3), level, np.uint8)
    seen = Light(conditions, timeline, SIZE_WH).shine(frame, time_s, open_s)
    assert seen.shape == frame.shape and seen.dtype == np.uint8 and (seen == seen[:1, :, :1]).all()
    return seen[..., 0]


def test_without_drift_and_flicker_the_frame_stays_as_it_is() -> None:
    assert (lit(STILL, 100, drift=(1.0, 1.0)) == 100).all()


@pytest.mark.parametrize(
    ("level", "whole", "seen"),
    [(100, 1.0, 120), (100, -1.0, 80), (100, 0.5, 110), (250, 1.0, 255), (0, 1.0, 0)],
)
def test_half_of_the_drift_changes_the_whole_frame(level: int, whole: float, seen: int) -> None:
    assert (lit(replace(STILL, drift=0.4), level, drift=(whole, 0.0)) == seen).all()


@pytest.mark.parametrize(("side", "left", "right"), [(1.0, 120, 200), (-1.0, 200, 120), (0.5, 160, 200)])
def test_the_other_half_darkens_one_side(side: float, left: int, right: int) -> None:
    row = lit(replace(STILL, drift=0.4), 200, drift=(0.0, side))[0].astype(int)
    assert (row[0], row[-1]) == (left, right) and row[50] == pytest.approx((left + right) / 2, abs=1)
    steps = np.diff(row) * np.sign(side)
    assert steps.min() >= 0 and steps.max() <= 2


@pytest.mark.parametrize(
    ("time_s", "seen"), [(0.0, 100), (0.0025, 110), (0.005, 100), (0.0075, 90), (0.0125, 110)]
)
def test_flicker_has_the_period_of_the_mains(time_s: float, seen: int) -> None:
    assert (lit(replace(STILL, flicker=0.1, mains_hz=100.0), 100, time_s) == seen).all()


@pytest.mark.parametrize("time_s", [0.0, 0.002, 0.0071])
def test_a_shutter_that_is_open_for_whole_periods_removes_flicker(time_s: float) -> None:
    for open_s in (0.01, 0.02):
        assert (lit(replace(STILL, flicker=0.1), 100, time_s, open_s) == 100).all()


def test_an_open_shutter_averages_the_flicker() -> None:
    """Over half a period from 0: 0.1 x 2 / pi."""
    assert (lit(replace(STILL, flicker=0.1), 200, 0.0, 0.005) == round(200 * (1 + 0.1 * 2 / np.pi))).all()


def test_light_of_a_clip_drifts_also_from_the_side_and_flickers_with_the_mains() -> None:
    dark = replace(STILL, drift=0.4)
    clip = synthetic_clip(2, fps=20, n_events=7, conditions=dark)
    frames = np.array([clip.render(i).mean(axis=(0, 2)) for i in range(0, clip.n_frames, 20)])
    level, tilt = frames.mean(1), frames[:, :200].mean(1) / frames[:, -200:].mean(1)
    assert np.ptp(level) / level.mean() > 0.1 and np.ptp(tilt) > 0.1
    lamp = synthetic_clip(2, fps=200, n_events=7, conditions=replace(STILL, flicker=0.1, mains_hz=120.0))
    brightness = np.array([lamp.render(i).mean() for i in range(100)])
    rate_hz = np.fft.rfftfreq(100, 1 / 200)[np.abs(np.fft.rfft(brightness - brightness.mean())).argmax()]
    assert rate_hz == pytest.approx(80, abs=2)  # 120 Hz, sampled at 200
    slow = synthetic_clip(2, fps=50, n_events=7, conditions=replace(STILL, flicker=0.1, exposure=0.5))
    assert np.ptp([slow.render(i).mean() for i in range(60)]) < 0.1  # open for a whole period: none is seen
