import pytest

from mer_ros.spotting.frame_period import FramePeriod


def test_without_frames_the_default_of_the_caller_is_used():
    assert FramePeriod().median_s(otherwise=0.5) == 0.5


def test_it_is_the_median_of_the_last_sixteen_steps():
    period = FramePeriod()
    for step_s in [1.0] * 20 + [0.01] * 12 + [0.02] * 4:
        period.add(step_s)
    assert period.median_s(0.0) == 0.01
    for _ in range(5):
        period.add(0.02)
    assert period.median_s(0.0) == pytest.approx(0.02)
    period.reset()
    assert period.median_s(0.0) == 0.0
