"""Movements that stay, on drawn curves."""

import numpy as np
import pytest

from mer_ros.spotting.lasting import STILL_S, LastingFinder
from mer_ros.spotting.measurement import N_CHANNELS
from mer_ros.spotting.time_series import TimeSeriesBuffer
from mer_ros.spotting.unit_patterns import PULLED, unit_patterns

FPS = 50


def found(level, seconds, not_before_s=-np.inf, finder=None, min_snr=0.0):
    """What a search at the end of a smile of level(t), with a little noise, gives."""
    patterns = unit_patterns()
    smile = 0.05 * patterns.moved[patterns.names.index("AU12")]
    rng, signal = np.random.default_rng(0), TimeSeriesBuffer(N_CHANNELS, 10.0)
    for t in np.arange(round(seconds * FPS)) / FPS:
        signal.append(float(t), (level(t) * smile + rng.normal(0, 3e-4, N_CHANNELS)).astype(np.float32))
    return (finder or LastingFinder()).search(signal, not_before_s, min_snr)


def step(t):
    return float(np.interp(t, [1.0, 1.2], [0, 1]))


def test_a_movement_that_stays_is_found_when_the_face_has_been_still():
    early, now = found(step, 1.3), found(step, 1.2 + STILL_S + 0.05)
    assert early is None or early.snr < 8
    assert now.snr > 30 and not now.returned
    assert now.start_s == pytest.approx(1.0, abs=0.2) and now.peak_motion > 0.01
    np.testing.assert_allclose(now.baseline.values[0], now.baseline.values[1])


def test_rest_and_what_has_returned_stay_below_any_threshold():
    for level in (lambda t: 0.0, lambda t: step(t) * (t < 1.4)):
        one = found(level, 1.4 + STILL_S + 0.1)
        assert one is None or one.snr < 8


def test_what_goes_on_is_not_found():
    one = found(lambda t: max(t - 1.0, 0.0), 1.9)
    assert one is None or one.snr < 8


def test_nothing_that_starts_before_the_end_of_an_event_is_found():
    assert found(step, 1.6, not_before_s=1.5) is None


def test_a_signal_shorter_than_the_still_time_gives_nothing():
    assert found(step, 0.04) is None


def test_the_patterns_can_be_chosen():
    finder = LastingFinder(unit_patterns((PULLED,)))
    one = found(step, 1.6, finder=finder)
    assert one.noise.filters.shape[1] == len(unit_patterns((PULLED,)).names)


def test_no_closer_look_is_taken_where_no_span_reaches_the_required_ratio():
    found_as_usual = LastingFinder()
    snr = found(step, 1.2 + STILL_S + 0.05, finder=found_as_usual).snr
    for min_snr, expected in ((0.9 * snr, True), (1.5 * snr, False)):
        finder = LastingFinder()
        one = found(step, 1.2 + STILL_S + 0.05, finder=finder, min_snr=min_snr)
        assert (one is not None) == expected
        learned = (finder._noise[1].covariance, found_as_usual._noise[1].covariance)
        np.testing.assert_array_equal(*learned)
