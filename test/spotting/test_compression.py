"""How much of the compression counts, and when the spotter knows its noise."""

import pytest

from mer_ros.spotting.compression import Compression


def after(*shares: tuple[float, float]) -> Compression:
    """The state after each frozen share for some time, s."""
    compression = Compression()
    for frozen, seconds in shares:
        for _ in range(round(50 * seconds)):
            compression.add(frozen, 0.02)
    return compression


@pytest.mark.parametrize("frozen", [0.0, 0.05, 0.1])
def test_no_and_mild_compression_change_nothing(frozen):
    compression = after((frozen, 1.0))
    assert compression.strength == 0.0 and compression.snr_factor(is_slow=True) == 1.0


def test_compression_is_new_until_the_noise_model_knows_it():
    states = [after((0.4, seconds)).state for seconds in (0.5, 6.0, 9.0)]
    assert [state.is_new for state in states] == [True, True, False]
    assert {state.strength for state in states} == {1.0}
    assert not after((0.05, 0.5)).state.is_new


def test_it_is_strong_where_nearly_half_of_the_face_freezes():
    assert [after((frozen, 3.0)).state.is_strong for frozen in (0.3, 0.44, 0.46)] == [False, False, True]


def test_a_face_that_is_mostly_frozen_always_needs_more():
    factors = [after((frozen, 30.0)).snr_factor(is_slow=False) for frozen in (0.3, 0.5, 0.7, 0.9)]
    assert factors == pytest.approx([1.1, 1.1, 1.4, 1.7], abs=0.01)


def test_a_slow_camera_needs_more_where_a_third_of_the_face_freezes():
    for frozen, expected in ((0.1, 1.0), (0.2, 1.0), (0.35, 1.17)):
        face = after((frozen, 3.0))
        assert face.snr_factor(is_slow=True) / face.snr_factor(is_slow=False) == pytest.approx(expected)


def test_compression_that_begins_later_is_new_then():
    assert after((0.0, 20.0), (0.4, 0.5)).state.is_new


def test_a_moving_head_that_freezes_less_for_a_moment_does_not_hide_the_compression():
    assert after((0.4, 3.0), (0.05, 1.0)).strength > 0.85
    assert after((0.4, 3.0), (0.05, 60.0)).strength < 0.01
