"""Spans of a signal that stand out, whatever frames are missing."""

import numpy as np
import pytest

from mer_ros.spotting.measurement import N_CHANNELS
from mer_ros.spotting.time_series import TimeSeriesBuffer
from mer_ros.spotting.transients import LENGTHS_S, TransientFinder
from mer_ros.spotting.unit_patterns import unit_patterns

UNIT = unit_patterns().moved[0].astype(np.float32)
END_S = 2.325


def signal_of(hole_s=(0.0, 0.0)):
    """200 fps at rest except for a movement from 2.13 to 2.245 s, with a gap without frames."""
    signal = TimeSeriesBuffer(N_CHANNELS, 4.0)
    for time_s in np.arange(0.0, END_S, 0.005):
        phase = (time_s - 2.13) / 0.115
        moved = 0.02 * np.sin(np.pi * phase) if 0 < phase < 1 else 0.0
        if not hole_s[0] <= time_s < hole_s[1]:
            signal.append(float(time_s), (moved * UNIT).astype(np.float32))
    return signal


def test_what_comes_and_goes_is_found_where_it_is_largest():
    transient = TransientFinder().search(signal_of(), 0.0)
    assert transient is not None and transient.snr > 5
    assert transient.apex_s == pytest.approx(2.1875, abs=0.01)
    np.testing.assert_allclose(transient.moved, 0.02 * UNIT, atol=0.004)


def test_what_rests_does_not_stand_out_and_nothing_is_found_before_it_may():
    resting = TransientFinder().search(signal_of((2.13, 2.25)), 0.0)
    assert resting is not None and resting.snr == 0
    assert TransientFinder().search(signal_of(), 2.24) is None


def test_a_length_without_rest_before_it_leaves_its_frames_to_the_next():
    """Spans of two lengths begin in the gap, at the same frame; the shorter one also ends in it."""
    transient = TransientFinder().search(signal_of((2.0, 2.13)), 0.0)
    assert transient is not None
    assert transient.start_s == pytest.approx(END_S - 0.08 - LENGTHS_S[2], abs=0.006)
