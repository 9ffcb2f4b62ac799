"""Blinks, and the regions that they must not affect."""

import numpy as np
import pytest

from mer_ros.face.regions import MOTION_GROUPS
from mer_ros.spotting.blinks import BlinkFilter
from mer_ros.spotting.measurement import N_CHANNELS
from mer_ros.spotting.time_series import TimeSeriesBuffer

NAMES = list(MOTION_GROUPS)
BROW, CHIN = 2 * NAMES.index("right inner brow"), 2 * NAMES.index("chin")
UPPER = [2 * NAMES.index(f"{side} upper lid") + 1 for side in ("right", "left")]


def filtered(lids, moved, fps=100):
    """Feed lids(t) and one movement of every region; (N, 2 G) filtered, and whether the regions were held."""
    blink_filter, signal, held = BlinkFilter(0.02, 0.06), TimeSeriesBuffer(N_CHANNELS, 3.0), []
    for i in range(fps):
        t = i / fps
        movement = np.full(N_CHANNELS, moved(t), np.float32)
        movement[UPPER] = lids(t)
        before = movement.copy()
        signal.append(t, blink_filter.apply(t, 1 / fps, movement, signal))
        held.append(blink_filter.is_holding)
        assert (movement == before).all(), "its input is left as it was"
    return signal.values.copy(), np.array(held)


def blink(t):
    return 0.1 * max(0.0, 1 - abs(t - 0.5) / 0.1)


def test_a_blink_leaves_the_brows_where_they_were_and_the_chin_free():
    values, held = filtered(blink, blink)
    assert values[:, CHIN].max() > 0.09
    assert values[:, [BROW, *UPPER]].max() < 0.007, "also before and after the lids cross the threshold"
    assert held.any() and not held[:40].any() and not held[-20:].any()


def test_lids_that_stay_lower_are_soon_their_rest():
    _, held = filtered(lambda t: 0.015 * min(t / 0.5, 1), lambda t: 0.0)
    assert not held.any()


def test_open_eyes_leave_everything_as_it_is():
    values, held = filtered(lambda t: 0.0, lambda t: 0.01 * t)
    assert not held.any()
    assert values[-1, BROW] == pytest.approx(0.0099, abs=1e-6)


def test_one_lid_alone_does_not_blink():
    def wink(t):
        return np.array([0.06 * (0.4 < t < 0.7), 0.0])

    values, held = filtered(wink, lambda t: 0.0)
    assert not held.any() and values[:, UPPER[0]].max() == pytest.approx(0.06)


def test_lids_that_are_raised_do_not_blink():
    values, held = filtered(lambda t: -0.05 * (0.3 < t < 0.6), lambda t: 0.01)
    assert not held.any()
    assert values[:, UPPER[0]].min() == pytest.approx(-0.05)


def test_lids_that_stay_down_are_no_blink_and_what_was_held_is_given_back():
    values, held = filtered(lambda t: 0.05 * (t > 0.2), lambda t: 0.01 * (t > 0.2))
    assert held[25:60].all() and not held[70:].any()
    assert values[25:, BROW] == pytest.approx(0.01) and values[:20, BROW] == pytest.approx(0)
