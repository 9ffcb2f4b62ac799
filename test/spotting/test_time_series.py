"""The ring buffer of a signal gives the same values as plain averages."""

from __future__ import annotations

import numpy as np

from mer_ros.spotting.time_series import TimeSeriesBuffer


def _filled(n: int, keep_s: float = 3.0) -> tuple[TimeSeriesBuffer, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    times = np.cumsum(rng.uniform(0.003, 0.007, n))
    values = rng.normal(0, 1, (n, 4)).astype(np.float32)
    signal = TimeSeriesBuffer(4, keep_s)
    for time_s, value in zip(times, values, strict=True):
        signal.append(float(time_s), value)
    return signal, times, values


def test_means_are_means_before_and_after_old_values_went() -> None:
    for n in (50, 4096, 4097, 20_000):
        signal, times, values = _filled(n)
        kept = len(signal)
        np.testing.assert_array_equal(signal.times, times[-kept:])
        np.testing.assert_array_equal(signal.values, values[-kept:])
        first, end = kept // 3, kept
        np.testing.assert_allclose(signal.mean(first, end), values[-kept:][first:end].mean(0), atol=1e-5)


def test_what_is_within_the_kept_time_stays_and_memory_is_bounded() -> None:
    signal, times, _ = _filled(100_000)
    assert len(signal) <= 4096
    assert signal.times[0] <= times[-1] - 3.0


def test_smoothing_is_centred_on_each_time() -> None:
    signal, times, values = _filled(200)
    smooth = signal.smoothed(20, 60, 0.03)
    for i in (20, 41, 59):
        near = np.abs(times - times[i]) <= 0.015
        np.testing.assert_allclose(smooth[i - 20], values[near].mean(0), atol=1e-5)


def test_overwritten_channels_change_all_means_and_leave_the_others():
    signal = TimeSeriesBuffer(2, 10.0)
    for i in range(6):
        signal.append(0.1 * i, np.float32([i, 10 * i]))
    signal.overwrite(3, np.array([True, False]), np.float32([1, 99]))
    assert signal.values[:, 0].tolist() == [0, 1, 2, 1, 1, 1] and signal.values[5, 1] == 50
    assert signal.mean(2, 6).tolist() == [1.25, 35.0]
    signal.overwrite(4, np.array([True, False]), np.float32([[7, 0], [9, 0]]))
    signal.append(0.6, np.float32([3, 0]))
    assert signal.mean(3, 7).tolist() == [5.0, 30.0]
