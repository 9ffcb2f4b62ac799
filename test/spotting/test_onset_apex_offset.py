"""Onset, apex and offset of known curves."""

import numpy as np
import pytest

from mer_ros.spotting.onset_apex_offset import onset_apex_offset

TIMES = np.arange(0, 1, 0.005)


def ramps(onset, top, end_of_top, offset):
    """A movement with cosine ramps up, a plateau, and down."""
    up = 0.5 - 0.5 * np.cos(np.pi * np.clip((TIMES - onset) / (top - onset), 0, 1))
    down = 0.5 + 0.5 * np.cos(np.pi * np.clip((TIMES - end_of_top) / (offset - end_of_top), 0, 1))
    return up * down


def test_cosine_ramps_are_followed_to_rest():
    found = onset_apex_offset(TIMES, 3 * ramps(0.3, 0.42, 0.45, 0.65), 0.43, 0.04)
    assert found.onset_s == pytest.approx(0.3, abs=0.01)
    assert found.offset_s == pytest.approx(0.65, abs=0.01)


def test_the_apex_is_the_middle_of_the_peak_whatever_its_highest_sample():
    values = ramps(0.3, 0.4, 0.5, 0.62)
    values[np.abs(TIMES - 0.405).argmin()] += 0.02  # noise near the start of the plateau
    assert onset_apex_offset(TIMES, values, 0.42, 0.04).apex_s == pytest.approx(0.45, abs=0.012)


def test_a_movement_that_never_comes_to_rest_is_part_of_something_larger():
    assert onset_apex_offset(TIMES, np.clip(TIMES - 0.2, 0, 0.4), 0.6, 0.05) is None
    assert onset_apex_offset(TIMES, np.full(len(TIMES), 1.0), 0.5, 0.05) is None


def test_nothing_above_rest_has_no_course():
    assert onset_apex_offset(TIMES, -ramps(0.3, 0.4, 0.5, 0.6), 0.45, 0.04) is None


def test_an_onset_before_the_first_value_is_the_first_value():
    values = ramps(-0.03, 0.12, 0.14, 0.3)
    assert 0 < values[0] < 0.2
    assert onset_apex_offset(TIMES, values, 0.13, 0.04).onset_s == TIMES[0]
