from __future__ import annotations

import numpy as np
import pytest

from mer_ros.spotting.baselines import METHODS
from mer_ros.spotting.baselines.alignment import Aligned
from mer_ros.spotting.baselines.both_kinds import (
    LONG_VIDEO_P,
    WINDOWS_S,
    fitting_windows,
    frame_values,
    spot_both,
)

RATE_HZ = 50


def stamps(seconds):
    return np.arange(round(seconds * RATE_HZ), dtype=np.int64) * (1_000_000_000 // RATE_HZ)


def pulse(times_ns, centre_s, width_s):
    return (np.abs(times_ns * 1e-9 - centre_s) <= width_s / 2).astype(np.float64)


@pytest.mark.parametrize(
    ("seconds", "windows"), [(10, (0.8, 2.6)), (7.7, (0.8, 1.3)), (2, (0.4, 0.65)), (0.5, (0.0, 0.0))]
)
def test_windows_are_halved_until_three_fit(seconds, windows):
    assert fitting_windows(stamps(seconds)) == windows


def test_a_rate_below_four_frames_in_a_window_fits_none():
    assert fitting_windows(np.arange(100) * 500_000_000) == (0.0, 2.6)
    assert fitting_windows(np.zeros(0, np.int64)) == (0.0, 0.0)


def test_short_and_long_movements_are_spotted_in_their_own_pass():
    times = stamps(20)
    short, long = pulse(times, 6, 0.3), pulse(times, 13, 1.0)
    found = spot_both([short + long, short + long], times, 0.5)
    assert [(i.onset_ns * 1e-9, i.offset_ns * 1e-9) for i in found] == [
        pytest.approx((5.86, 6.14), abs=0.03),
        pytest.approx((12.5, 13.5), abs=0.03),
    ]


def test_what_has_no_window_or_no_values_is_not_spotted():
    times = stamps(0.5)
    aligned = Aligned(np.zeros((len(times), 64, 64), np.uint8), times)
    values = frame_values(lambda *_: pytest.fail("there is no window"), aligned)
    assert [len(own) for own in values] == [0, 0] and spot_both(values, times, 0.5) == []
    long = stamps(20)
    assert spot_both([np.full(len(long), np.nan)] * 2, long, 0.5) == []


def test_each_pass_has_values_of_its_window():
    times, asked = stamps(10), []
    aligned = Aligned(np.zeros((len(times), 64, 64), np.uint8), times)
    frame_values(lambda crops, stamps_ns, window_s: asked.append(window_s) or np.zeros(len(crops)), aligned)
    assert tuple(asked) == WINDOWS_S


def test_every_method_has_a_threshold_for_long_videos():
    assert set(LONG_VIDEO_P) == set(METHODS) and all(0 < p < 1 for p in LONG_VIDEO_P.values())
