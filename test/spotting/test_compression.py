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
    assert compression.strength == 0.0 and compression.snr_factor == 1.0


def test_a_movement_must_stand_out_by_more_until_the_noise_is_learned():
    factors = [after((0.4, seconds)).snr_factor for seconds in (0.5, 2.0, 5.0, 20.0)]
    assert factors == sorted(factors, reverse=True)
    assert factors[0] > 3.5 and factors[2] < 1.6 and factors[3] == pytest.approx(1.1)


def test_a_face_that_is_mostly_frozen_always_needs_more():
    factors = [after((frozen, 30.0)).snr_factor for frozen in (0.3, 0.5, 0.7, 0.9)]
    assert factors == pytest.approx([1.1, 1.1, 1.4, 1.7], abs=0.01)


def test_compression_that_begins_later_counts_like_one_from_the_start():
    assert after((0.0, 20.0), (0.4, 0.5)).snr_factor == pytest.approx(after((0.4, 0.5)).snr_factor, rel=0.01)


def test_a_moving_head_that_freezes_less_for_a_moment_does_not_hide_the_compression():
    assert after((0.4, 3.0), (0.05, 1.0)).strength > 0.85
    assert after((0.4, 3.0), (0.05, 60.0)).strength < 0.01
