"""MDMD and LBP feature difference on small pictures whose movement is known."""

import cv2
import numpy as np
import pytest

from mer_ros.errors import InputError
from mer_ros.spotting.baselines import METHODS, lbp_difference, mdmd, spot

MS = 1_000_000
N, K, PEAK = 70, 8, 35
WINDOW_S = 2 * K * 0.01
STAMPS = np.arange(N, dtype=np.int64) * 10 * MS


def texture():
    noise = np.random.default_rng(3).normal(0, 60, (96, 96)).astype(np.float32)
    smooth = cv2.GaussianBlur(noise, (0, 0), 2)
    return np.clip(128 + 4 * smooth, 0, 255)


def sequence(shift_px):
    """(N, 96, 96) uint8: a still texture whose middle moves to the right and back around frame PEAK."""
    still = texture()
    x, y = np.meshgrid(np.arange(96, dtype=np.float32), np.arange(96, dtype=np.float32))
    weight = np.exp(-((x - 48) ** 2 + (y - 48) ** 2) / (2 * 14.0**2))
    frames = []
    for i in range(N):
        level = max(0.0, 1 - abs(i - PEAK) / 5)
        frames.append(cv2.remap(still, x - shift_px * level * weight, y, cv2.INTER_CUBIC))
    return np.clip(np.stack(frames), 0, 255).round().astype(np.uint8)


@pytest.fixture(scope="module")
def pulse():
    return sequence(2.0)


def test_mdmd_of_a_still_sequence_is_zero_where_it_is_defined():
    values = mdmd.frame_values(sequence(0.0), STAMPS, WINDOW_S)
    assert np.isnan(values[:K]).all() and np.isnan(values[-K:]).all()
    np.testing.assert_array_equal(values[K:-K], 0)


def test_lbp_difference_of_a_still_sequence_is_zero_where_it_is_defined():
    values = lbp_difference.frame_values(sequence(0.0), STAMPS, WINDOW_S)
    assert np.isnan(values[:K]).all() and np.isnan(values[-K:]).all()
    np.testing.assert_array_equal(values[K:-K], 0)


@pytest.mark.parametrize("method", METHODS)
def test_a_movement_that_comes_and_goes_is_spotted_at_its_peak(method, pulse):
    values = METHODS[method](pulse, STAMPS, WINDOW_S)
    (interval,) = spot(values, STAMPS, 0.3, WINDOW_S, limits_s=(0.02, 0.2))
    assert abs(interval.apex_ns - PEAK * 10 * MS) <= 10 * MS
    assert PEAK - 5 <= interval.onset_ns / (10 * MS) and interval.offset_ns / (10 * MS) <= PEAK + 5


@pytest.mark.parametrize("method", METHODS)
def test_a_still_sequence_has_nothing_to_spot(method):
    assert spot(METHODS[method](sequence(0.0), STAMPS, WINDOW_S), STAMPS, 0.05, WINDOW_S) == []


def test_mdmd_is_the_movement_in_pixels_less_what_is_left_of_it():
    """All blocks move by 1.5 px and back by half: the largest difference of lengths is 0.75 px everywhere."""
    there = np.zeros((96, 96, 2), np.float32)
    there[..., 0] = 1.5
    assert mdmd._maximal_difference(there, there / 2) == pytest.approx(0.75)
    assert mdmd._maximal_difference(there, 2 * there) == pytest.approx(-1.5)


def test_mdmd_listens_to_the_main_direction_and_the_largest_third_only():
    """In every block a third of the pixels goes up by 9 px, a third right by 1 px, a third right by 3 px."""
    there = np.zeros((96, 96, 2), np.float32)
    columns = np.arange(96) % 6
    there[:, columns < 2] = (-1, -9)
    there[:, (columns == 2) | (columns == 3)] = (1, 0)
    there[:, columns > 3] = (3, 0)
    assert mdmd._maximal_difference(there, np.zeros_like(there)) == pytest.approx(3.0)


def test_mdmd_takes_the_twelve_largest_blocks():
    there = np.zeros((96, 96, 2), np.float32)
    there[:16, :, 0] = 2.0  # the upper row of six blocks
    assert mdmd._maximal_difference(there, np.zeros_like(there)) == pytest.approx(1.0)


def test_lbp_difference_is_half_the_sum_of_squares_of_disjoint_histograms():
    """Two histograms without a common bin have a chi-square distance of 2."""
    now, around = np.zeros((36, 59), np.float32), np.zeros((36, 59), np.float32)
    now[:, 3] = around[:, 3] = 1
    assert lbp_difference._difference(now, around) == 0
    around[:6, 3], around[:6, 7] = 0, 1
    assert lbp_difference._difference(now, around) == pytest.approx(1.0), "six of the twelve largest are 2"


def test_lbp_histograms_forget_the_light_and_sum_to_one(pulse):
    histograms = lbp_difference._histograms(pulse[0])
    assert histograms.shape == (36, 59)
    np.testing.assert_allclose(histograms.sum(axis=1), 1, atol=1e-5)
    darker = lbp_difference._histograms(pulse[0] // 2 + 60)
    brighter = lbp_difference._histograms(pulse[0] // 2 * 2)
    np.testing.assert_allclose(darker, brighter, atol=0.01)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("crops", "stamps", "words"),
    [
        (np.zeros((16, 96, 96), np.uint8), STAMPS[:16], "16 frames are fewer than the 17 of one window"),
        (np.zeros((N, 96, 96), np.float32), STAMPS, r"\(70, 96, 96\) float32"),
        (np.zeros((N, 96, 96, 3), np.uint8), STAMPS, "grey"),
        (np.zeros((N, 96, 64), np.uint8), STAMPS, r"\(T, S, S\)"),
        (np.zeros((N, 16, 16), np.uint8), STAMPS, "16 px wide, 32 are needed"),
        (np.zeros((N - 1, 96, 96), np.uint8), STAMPS, "69 crops and 70 stamps"),
        (np.zeros((N, 96, 96), np.uint8), STAMPS[::-1], "each later than the last"),
        (np.zeros((N, 96, 96), np.uint8), STAMPS * 50, "fewer than 4 frames"),
    ],
    ids=["too_short", "dtype", "colour", "oblong", "small", "unequal", "unsorted", "too_slow"],
)
def test_bad_input_is_refused_in_one_sentence(method, crops, stamps, words):
    with pytest.raises(InputError, match=words) as told:
        METHODS[method](crops, stamps, WINDOW_S)
    assert str(told.value).endswith(".") and "\n" not in str(told.value)
