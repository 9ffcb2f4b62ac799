"""MDMD on given flows: the value of the one frame of a recording as long as one window, by hand."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from mer_ros.spotting.baselines import mdmd

K = 8
CROPS = np.arange(2 * K + 1, dtype=np.uint8)[:, None, None].repeat(96, axis=1).repeat(96, axis=2)
"""(17, 96, 96): each frame shows its number. The blocks are 16 px wide."""


@pytest.fixture
def value_of(monkeypatch: pytest.MonkeyPatch) -> Callable[[np.ndarray, np.ndarray], float]:
    """The value of frame 8 where the flow from frame 0 is ``there`` to frame 8 and ``back`` to frame 16."""

    def compute(there: np.ndarray, back: np.ndarray) -> float:
        flows = {(0, K): there, (0, 2 * K): back}
        monkeypatch.setattr(
            mdmd, "DenseFlow", lambda: lambda one, other: flows[int(one[0, 0]), int(other[0, 0])]
        )
        values = mdmd.frame_values(CROPS, np.arange(2 * K + 1, dtype=np.int64) * 10_000_000, 2 * K * 0.01)
        assert np.isfinite(values).tolist() == [i == K for i in range(2 * K + 1)]
        return float(values[K])

    return compute


@pytest.fixture
def flow() -> np.ndarray:
    """No movement; (96, 96, 2) to be changed."""
    return np.zeros((96, 96, 2), np.float32)


def test_no_movement_is_zero(value_of: Callable, flow: np.ndarray) -> None:
    assert value_of(flow, flow) == 0


def test_it_is_the_movement_in_pixels_less_what_is_left_of_it(value_of: Callable, flow: np.ndarray) -> None:
    """All blocks move by 1.5 px and back by half: the largest difference of lengths is 0.75 px everywhere."""
    flow[..., 0] = 1.5
    assert value_of(flow, flow / 2) == pytest.approx(0.75)
    assert value_of(flow, 2 * flow) == pytest.approx(-1.5)
    assert value_of(flow, -flow) == pytest.approx(0.0), "lengths are compared, not directions"


def test_the_largest_third_of_the_main_direction_counts(value_of: Callable, flow: np.ndarray) -> None:
    """In every block a third of the pixels goes up by 9 px, a third right by 1 px, a third right by 3 px."""
    columns = np.arange(96) % 6
    flow[:, columns < 2] = (-1, -9)
    flow[:, (columns == 2) | (columns == 3)] = (1, 0)
    flow[:, columns > 3] = (3, 0)
    assert value_of(flow, np.zeros_like(flow)) == pytest.approx(3.0)


def test_the_twelve_largest_blocks_count(value_of: Callable, flow: np.ndarray) -> None:
    flow[:16, :, 0] = 2.0  # the upper row of six blocks
    assert value_of(flow, np.zeros_like(flow)) == pytest.approx(1.0)
    flow[:, :, 0] = 0.5
    flow[16:48, :, 0] = 2.0  # two rows of blocks; the others are not among the twelve largest
    assert value_of(flow, np.zeros_like(flow)) == pytest.approx(2.0)
