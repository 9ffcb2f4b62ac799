"""Queries on the history of the last seconds of a face."""

import numpy as np
import pytest

from mer_ros.spotting.measurement import N_CHANNELS, History


@pytest.fixture
def history():
    kept = History(10.0)
    for i in range(200):
        t = i / 100
        turn = np.array([0.1 * t + (0.03 if 0.9 < t < 1.1 else 0.0), 0.0], np.float32)
        sharp = 0.2 if 0.5 <= t < 0.6 else 0.4
        kept.append(t, np.zeros(N_CHANNELS, np.float32), sharp, turn, 1.5 < t < 1.6)
    return kept


def test_sharpness_is_a_mean_and_that_of_the_nearest_frame_where_there_is_none(history):
    assert history.mean_sharpness(0.5, 0.6) == pytest.approx(0.2, abs=1e-5)
    assert history.mean_sharpness(0.0, 0.4) == pytest.approx(0.4, abs=1e-5)
    assert history.mean_sharpness(5.0, 6.0) == pytest.approx(0.4, abs=1e-5)


def test_the_largest_sharpening_is_from_one_frame_to_the_next(history):
    assert history.largest_sharpening(0.55, 0.65) == pytest.approx(2.0, rel=1e-3)
    assert history.largest_sharpening(0.6, 0.62) == pytest.approx(2.0, rel=1e-3), "the frame before counts"
    assert history.largest_sharpening(0.4, 0.58) == pytest.approx(1.0, rel=1e-3)
    assert history.largest_sharpening(5.0, 6.0) == 1.0


def test_a_steady_turn_is_none_and_a_nod_is(history):
    assert history.head_turn(0.1, 0.8) == pytest.approx(0, abs=1e-5)
    assert history.head_turn(0.8, 1.2) == pytest.approx(0.03, abs=2e-3)
    assert history.head_turn(3.0, 4.0) == 0.0


def test_a_blink_is_remembered(history):
    assert history.has_blink(1.4, 1.7) and not history.has_blink(0.0, 1.4)
