"""Bouts of speech in the shape of the mouth."""

import numpy as np
import pytest

from mer_ros.face.regions import MOTION_GROUPS
from mer_ros.spotting.measurement import N_CHANNELS
from mer_ros.spotting.speech import (
    AFTER_S,
    BOUT_SWINGS,
    LASTING_AFTER_S,
    SHAPES,
    SYLLABLE_SWINGS,
    clear_swings_after,
    in_bout,
    swings,
)
from mer_ros.spotting.time_series import TimeSeriesBuffer

LEAST = np.array([0.004, 0.004])
NAMES = list(MOTION_GROUPS)


def signal_of(gap, seconds=3.0, fps=50, width=lambda t: 0.0):
    """Lips that are gap(t) apart, lower lip only, and corners that are width(t) further apart."""
    signal = TimeSeriesBuffer(N_CHANNELS, 10.0)
    for t in np.arange(int(seconds * fps)) / fps:
        movement = np.zeros((len(NAMES), 2), np.float32)
        movement[NAMES.index("lower lip"), 1] = gap(t)
        movement[NAMES.index("left lip corner"), 0] = width(t)
        signal.append(float(t), movement.ravel())
    return signal


def syllables(start_s, count, rate_hz=4.0, size=0.02):
    def gap(t):
        at = rate_hz * (t - start_s)
        return size * np.sin(np.pi * at) ** 2 if 0 <= at < count else 0.0

    return gap


def test_the_shape_is_the_gap_between_the_lips_and_the_distance_of_the_corners():
    movement = np.zeros((len(NAMES), 2))
    movement[NAMES.index("upper lip")] = (0.5, -0.1)
    movement[NAMES.index("left lip corner")] = (0.3, 0.7)
    np.testing.assert_allclose(movement.ravel() @ SHAPES, [0.1, 0.3])
    np.testing.assert_allclose(np.tile([0.2, 0.4], len(NAMES)) @ SHAPES, 0, atol=1e-12)  # a shift of the head


@pytest.mark.parametrize("drift", [0.05, 0.4])
def test_a_swing_lasts_as_long_as_its_fastest_half(drift):
    times = np.arange(0, 2, 0.02)
    values = np.interp(times, [0, 0.8, 1.0, 2.0], [0, drift, drift + 1.0, 2 * drift + 1.0])
    ((start_s, end_s, grows),) = swings(times, values, 0.3)
    half_s = 0.2 * (1.0 + 2 * drift) / 2
    assert start_s >= 0.79 and end_s <= 1.01 and grows
    assert end_s - start_s == pytest.approx(half_s, abs=0.021)


@pytest.mark.parametrize("fps", [30, 60, 200])
@pytest.mark.parametrize("rise_s", [0.2, 0.4])
@pytest.mark.parametrize("late", [0.0, 0.3, 0.6, 0.9])
def test_an_even_opening_of_gap_and_width_is_two_swings_of_the_mouth(fps, rise_s, late):
    """All parts of an even movement are equally fast: the middle one counts, in both signals."""
    times = np.arange(0, 2, 1 / fps) + late / fps
    opened = np.interp(times, 0.5 + np.array([0, rise_s, rise_s + 0.1, 2 * rise_s + 0.1]), [0, 1, 1, 0])
    gap, width = swings(times, 0.012 * opened, 0.004), swings(times, 0.008 * opened, 0.004)
    assert len(gap) == len(width) == 2
    for one, other in zip(gap, width, strict=True):
        np.testing.assert_allclose(one, other, atol=1.01 / fps)
    assert np.mean(gap[0][:2]) == pytest.approx(0.5 + rise_s / 2, abs=max(1.01 / fps, rise_s / 20))


@pytest.mark.parametrize(("closing_s", "is_bout"), [(0.5, True), (0.7, False)])
def test_a_slow_closing_between_two_syllables_ends_the_bout(closing_s, is_bout):
    """The fastest half of an even movement lasts half as long."""
    knots = np.cumsum([1.0, 0.1, 0.1, closing_s, 0.1, 0.1, 0.1, 0.1])
    signal = signal_of(lambda t: float(np.interp(t, knots, [0, 0.02, 0.02, 0, 0, 0.02, 0.02, 0])))
    assert in_bout(signal, float(knots[-1]), LEAST, BOUT_SWINGS, AFTER_S) is is_bout


@pytest.mark.parametrize("rise_s", [0.2, 0.3])
@pytest.mark.parametrize("lag_s", [-0.15, -0.1, -0.05, 0.05, 0.1, 0.15])
def test_lips_that_part_before_or_after_the_corners_move_are_no_bout(rise_s, lag_s):
    """Lips and corners of one smile, with noise of their own."""
    rng, knots = np.random.default_rng(0), np.cumsum([1.0, rise_s, 0.2, rise_s])
    level = [0, 1, 1, 0]
    signal = signal_of(
        lambda t: float(np.interp(t - lag_s, knots, level)) * 0.02 + rng.normal(0, 2e-4),
        width=lambda t: float(np.interp(t, knots, level)) * 0.015 + rng.normal(0, 2e-4),
        fps=60,
    )
    assert not in_bout(signal, 1.0, LEAST, SYLLABLE_SWINGS, AFTER_S)


def test_changes_smaller_than_the_least_are_no_swings():
    times = np.arange(0, 2, 0.02)
    assert swings(times, 0.1 * np.sin(20 * times), 0.3) == []
    assert swings(times[:0], times[:0], 0.3) == []


def test_one_opening_is_no_bout_and_two_are():
    for count, expected in ((1, False), (2, True), (5, True)):
        signal = signal_of(syllables(1.0, count))
        assert in_bout(signal, 1.0, LEAST, SYLLABLE_SWINGS, AFTER_S) == expected


def test_two_openings_half_a_second_apart_are_no_bout():
    first, second = syllables(1.0, 1), syllables(1.9, 1)
    assert not in_bout(signal_of(lambda t: first(t) + second(t)), 1.0, LEAST, BOUT_SWINGS, AFTER_S)


def test_what_begins_soon_after_a_bout_belongs_to_it():
    signal = signal_of(syllables(0.5, 4))  # ends at 1.5 s
    for onset_s, after_s, expected in (
        (1.7, AFTER_S, True),
        (2.0, AFTER_S, False),
        (2.0, LASTING_AFTER_S, True),
    ):
        assert in_bout(signal, onset_s, LEAST, BOUT_SWINGS, after_s) == expected


def test_syllables_that_spread_and_open_the_lips_in_turn_are_one_bout():
    spread, opened = syllables(1.0, 1), syllables(1.35, 1)
    signal = signal_of(opened, width=spread)
    assert in_bout(signal, 1.0, LEAST, BOUT_SWINGS, AFTER_S)


def test_a_smile_that_parts_the_lips_swings_once_each_way():
    smile = syllables(1.0, 1, rate_hz=2.0)
    signal = signal_of(syllables(1.03, 1, rate_hz=2.2), width=smile)
    assert not in_bout(signal, 1.0, LEAST, SYLLABLE_SWINGS, AFTER_S)


def test_clear_swings_that_follow_a_movement_are_counted_without_its_own_end():
    signal = signal_of(syllables(1.0, 3))  # offset of the first at 1.25 s
    assert clear_swings_after(signal, 1.25) == 4
    assert clear_swings_after(signal, 1.75) == 0
    assert clear_swings_after(signal_of(syllables(1.0, 3, size=0.006)), 1.25) == 0
    assert clear_swings_after(signal, 4.0) == 0
