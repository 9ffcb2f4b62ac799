"""When a face is quiet."""

import numpy as np
import pytest

from mer_ros.spotting.measurement import N_CHANNELS
from mer_ros.spotting.quiet import QuietDetector
from mer_ros.spotting.time_series import TimeSeriesBuffer

FPS = 100


def run(movement, seconds):
    """Feed movement(t), the same for all regions; returns the detector and is_still of each frame."""
    detector, signal, still = QuietDetector(), TimeSeriesBuffer(N_CHANNELS, 3.0), []
    for i in range(round(seconds * FPS)):
        t = i / FPS
        signal.append(t, np.full(N_CHANNELS, movement(t), np.float32))
        detector.measure(signal, t, 1 / FPS)
        still.append(detector.is_still(t, -np.inf))
        if still[-1]:
            detector.note_quiet(t)
    return detector, np.array(still)


def test_a_face_at_rest_is_quiet_and_has_no_motion():
    detector, still = run(lambda t: 0.0, 1.0)
    assert still.all() and detector.motion == 0.0 and detector.unrest_s(0.99) == 0.0


def test_a_jump_ends_the_quiet_for_as_long_as_the_step_and_the_stillness_last():
    detector, still = run(lambda t: 0.01 * (t >= 0.5), 1.0)
    loud = np.flatnonzero(~still) / FPS
    assert loud.min() == pytest.approx(0.5) and loud.max() == pytest.approx(0.5 + 0.08 + 0.2, abs=0.021)
    detector, _ = run(lambda t: 0.01 * (t >= 0.5), 0.6)
    assert detector.motion == pytest.approx(0.008 * np.sqrt(2), rel=0.05), "a fifth of 0.5 s has moved"
    assert detector.unrest_s(0.59) == pytest.approx(0.1, abs=0.011)


def test_a_blink_is_no_quiet_moment():
    detector, _ = run(lambda t: 0.0, 1.0)
    assert not detector.is_still(1.0, 0.9) and detector.is_still(1.0, 0.7)


def test_a_face_that_always_moves_a_little_is_quiet_again():
    _, still = run(lambda t: 0.003 * np.sin(2 * np.pi * 3 * t), 8.0)
    assert not still[: FPS // 2].all() and still[-FPS:].all()
