"""What all published methods have in common: they find a movement and refuse an invalid recording."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
import pytest

from mer_ros.errors import InputError
from mer_ros.spotting.baselines import METHODS, spot

Method = Callable[..., np.ndarray]
STAMPS = np.arange(70, dtype=np.int64) * 10_000_000


@pytest.fixture(params=METHODS)
def method(request: pytest.FixtureRequest) -> Method:
    return METHODS[request.param]


def test_a_still_sequence_is_zero_where_it_is_defined_and_has_nothing_to_spot(
    method: Method, recording: SimpleNamespace
) -> None:
    values = method(recording.still, recording.stamps_ns, recording.window_s)
    assert values.shape == (70,) and values.dtype == np.float64
    assert np.isnan(values[: recording.k]).all() and np.isnan(values[-recording.k :]).all()
    np.testing.assert_array_equal(values[recording.k : -recording.k], 0)
    assert spot(values, recording.stamps_ns, 0.05, recording.window_s) == []


def test_a_movement_that_comes_and_goes_is_spotted_at_its_peak(
    method: Method, recording: SimpleNamespace
) -> None:
    values = method(recording.moving, recording.stamps_ns, recording.window_s)
    (interval,) = spot(values, recording.stamps_ns, 0.3, recording.window_s, limits_s=(0.02, 0.2))
    onset, apex, offset = (stamp_ns / recording.period_ns for stamp_ns in interval)
    assert abs(apex - recording.peak) <= 1
    assert recording.peak - 5 <= onset and offset <= recording.peak + 5


def test_a_frame_is_compared_by_time_where_frames_are_lost(
    method: Method, recording: SimpleNamespace
) -> None:
    """Frames 20 and 21 are lost: the values of the frames that do not need them stay."""
    kept = np.delete(np.arange(70), [20, 21])
    whole = method(recording.moving, recording.stamps_ns, recording.window_s)
    values = method(recording.moving[kept], recording.stamps_ns[kept], recording.window_s)
    apart = (np.abs(kept - 20) != recording.k) & (np.abs(kept - 21) != recording.k)
    np.testing.assert_array_equal(values[apart], whole[kept][apart])


@pytest.mark.parametrize(
    ("crops", "stamps", "words"),
    [
        (np.zeros((0, 96, 96), np.uint8), STAMPS[:0], "at least two increasing stamps"),
        (np.zeros((16, 96, 96), np.uint8), STAMPS[:16], "16 frames are fewer than the 17 of one window"),
        (np.zeros((70, 96, 96), np.float32), STAMPS, r"\(70, 96, 96\) float32"),
        (np.zeros((70, 96, 96, 3), np.uint8), STAMPS, "grey"),
        (np.zeros((70, 96, 64), np.uint8), STAMPS, r"\(T, S, S\)"),
        (np.zeros((70, 16, 16), np.uint8), STAMPS, "16 px wide, 32 are needed"),
        (np.zeros((69, 96, 96), np.uint8), STAMPS, "69 crops and 70 stamps"),
        (np.zeros((70, 96, 96), np.uint8), STAMPS[::-1], "increasing stamps"),
        (np.zeros((70, 96, 96), np.uint8), STAMPS * 50, "fewer than 4 frames"),
    ],
    ids=["empty", "too_short", "dtype", "colour", "oblong", "small", "unequal", "unsorted", "too_slow"],
)
def test_bad_input_is_refused_in_one_sentence(
    method: Method, recording: SimpleNamespace, crops: np.ndarray, stamps: np.ndarray, words: str
) -> None:
    with pytest.raises(InputError, match=words) as refused:
        method(crops, stamps, recording.window_s)
    assert str(refused.value).endswith(".") and "\n" not in str(refused.value)
