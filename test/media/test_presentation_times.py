"""Frame rates, missing frames, and a clock whose times increase."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from mer_ros.media.presentation_times import Clock, frame_rate, missing_frames

MS = Fraction(1, 1000)


def times_of(clock: Clock, times: list[int | None]) -> list[float | None]:
    """Results of the clock for a sequence of presentation times, ms."""
    found = [clock.time_ns(t, after) for t, after in zip(times, [*times[1:], None])]
    return [None if t is None else t * 1e-6 for t in found]


@pytest.mark.parametrize("rate_hz", [24.0, 30.0, 59.94, 200.0, 240.0])
def test_a_constant_rate_is_measured_through_a_resolution_of_1_ms_and_gaps(rate_hz: float) -> None:
    times_s = np.round(1000 * np.delete(np.arange(300), [40, 41, 120]) / rate_hz) / 1000
    assert frame_rate(times_s, 0.001) == pytest.approx(rate_hz, rel=0.01)


def test_a_variable_rate_is_the_mean() -> None:
    steps = np.random.default_rng(1).uniform(0.01, 0.1, 200)
    assert frame_rate(np.cumsum(steps), 1e-5) == pytest.approx(1 / steps[1:].mean())


@pytest.mark.parametrize("times", [[], [1.0], [1.0, 1.0]])
def test_no_rate_without_two_times(times: list[float]) -> None:
    assert frame_rate(np.array(times), 0.001) == 0


def test_frames_missing_between_others() -> None:
    times = [round(i * 1e9 / 30) for i in range(60) if i not in (20, 21, 40)]
    assert missing_frames(times) == 3
    assert missing_frames(times[:1]) == 0
    steps = np.random.default_rng(1).integers(10, 100, 60) * 1_000_000
    assert missing_frames(np.cumsum(steps).tolist()) == 0, "the rate varies"


def test_times_start_at_the_first_frame() -> None:
    assert times_of(Clock(MS, 25.0, by_index=False), [1400, 1440, 1500]) == [0, 40, 100]


def test_a_missing_or_repeated_time_lies_between_its_neighbours() -> None:
    clock = Clock(MS, 25.0, by_index=False)
    assert times_of(clock, [0, None, 60, 60, 80, None]) == [0, 30, 60, 70, 80, 120]
    assert clock.corrected == 3


def test_fault_80_a_frame_with_a_wrong_time_is_left_out() -> None:
    clock = Clock(MS, 25.0, by_index=False)
    assert times_of(clock, [0, 40, 2000, 80, 120, 60, 160]) == [0, 40, None, 80, 120, None, 160]


def test_two_recordings_in_one_file_follow_each_other() -> None:
    clock = Clock(MS, 25.0, by_index=False)
    assert times_of(clock, [5000, 5040, 5080, 0, 40]) == [0, 40, 80, 120, 160]


def test_fault_78_times_by_index_count_the_frames_that_could_not_be_read() -> None:
    clock = Clock(MS, 100.0, by_index=True)
    for time in (0, 3, 1, 2):  # in the order of decoding
        clock.add(time)
    assert times_of(clock, [0, 1, 3]) == [0, 10, 30]
