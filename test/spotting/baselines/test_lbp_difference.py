"""LBP feature difference on images with one code each, by hand, and in another light."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from mer_ros.spotting.baselines import lbp_difference

K = 8
STAMPS = np.arange(2 * K + 1, dtype=np.int64) * 10_000_000

# All neighbours of a pixel of BLACK are as bright as it: one code. In RAMP five of the eight are as bright or
# brighter: another. So a histogram of either has one bin, and the two have no bin in common.
BLACK = np.zeros((96, 96), np.uint8)
RAMP = np.tile(np.arange(96, dtype=np.uint8), (96, 1))


def value_of(before: np.ndarray, now: np.ndarray, after: np.ndarray) -> float:
    """The value of the middle frame of a recording as long as one window."""
    crops = np.stack([before] * K + [now] + [after] * K)
    values = lbp_difference.frame_values(crops, STAMPS, 2 * K * 0.01)
    assert np.isfinite(values).tolist() == [i == K for i in range(2 * K + 1)]
    return float(values[K])


@pytest.mark.parametrize(
    ("before", "now", "after", "value"),
    [
        (RAMP, RAMP, RAMP, 0.0),
        (BLACK, RAMP, BLACK, 2.0),  # (1 - 0)^2 / 1 in each of two bins
        (RAMP, BLACK, RAMP, 2.0),
        (BLACK, RAMP, RAMP, 0.5**2 / 1.5 + 0.5**2 / 0.5),  # one bin 1 against 1/2, the other 0 against 1/2
    ],
    ids=["equal", "disjoint", "disjoint_the_other_way", "half"],
)
def test_the_chi_square_distance_by_hand(
    before: np.ndarray, now: np.ndarray, after: np.ndarray, value: float
) -> None:
    assert value_of(before, now, after) == pytest.approx(value, abs=1e-6)


def test_the_twelve_largest_blocks_count() -> None:
    """Blocks are 15 px high from row 3 on, and codes depend on pixels up to 3 rows away."""
    two_rows, one_row = RAMP.copy(), RAMP.copy()
    two_rows[:36] = 0  # black up to 3 px below the second row of blocks
    one_row[:21] = 0
    assert value_of(RAMP, two_rows, RAMP) == pytest.approx(2.0)
    assert 1.0 < value_of(RAMP, one_row, RAMP) < 1.5, "six blocks of 2, and what the edge changes in six more"


def test_light_changes_nothing(recording: SimpleNamespace) -> None:
    darker, brighter = recording.moving // 2 + 60, recording.moving // 2 * 2
    one, other = (
        lbp_difference.frame_values(crops, recording.stamps_ns, recording.window_s)
        for crops in (darker, brighter)
    )
    assert np.nanmax(one) > 0.09
    np.testing.assert_allclose(one, other, atol=0.005)
