"""The frame period from steps between stamps: regular, jittered, late and lost frames, and no grid at all."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from mer_ros.stream.period import MAX_MEAN_STEP_PERIODS, estimate_period

PERIOD_S = 0.005


def steps_of(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """(N,) seconds between stamps at these places, in periods."""
    return np.diff(places) * PERIOD_S


def received(loss: float, jitter: float = 0.03, n: int = 400, seed: int = 0) -> NDArray[np.float64]:
    """Places of the frames that arrive, in periods. jitter: standard deviation."""
    rng = np.random.default_rng(seed)
    places = np.arange(n) + rng.normal(0, jitter, n)
    return np.sort(places[rng.random(n) >= loss])


@pytest.mark.parametrize("n", [0, 1, 3])
def test_fewer_than_four_steps_give_no_period(n: int) -> None:
    assert estimate_period([PERIOD_S] * n) == 0


def test_regular_steps_give_their_mean() -> None:
    assert estimate_period([0.0049, 0.0051, 0.005, 0.0052]) == pytest.approx(0.00505)


@pytest.mark.parametrize(
    ("places", "period_s"),
    [
        ([0, 1, 2, 5, 6, 9], PERIOD_S),  # steps of 1, 1, 3, 1, 3
        ([0, 2, 4, 7, 9], 2 * PERIOD_S),  # steps of 2, 2, 3, 2
        (np.cumsum([0, *[1, 2, 2] * 5]), 2 * PERIOD_S),  # 15 steps
    ],
)
def test_few_irregular_steps_give_their_median(places: list[float], period_s: float) -> None:
    assert estimate_period(steps_of(np.array(places))) == pytest.approx(period_s)


def test_sixteen_irregular_steps_give_the_grid() -> None:
    places = np.cumsum([0, *[1, 2, 2] * 5, 3])
    assert estimate_period(steps_of(places)) == pytest.approx(PERIOD_S)


@pytest.mark.parametrize("loss", [0.1, 0.5, 0.8, 0.9])
@pytest.mark.parametrize("jitter", [0.0, 0.03, 0.08])
def test_the_period_is_found_where_most_frames_are_lost(loss: float, jitter: float) -> None:
    places = received(loss, jitter, n=round(100 / (1 - loss)))
    assert estimate_period(steps_of(places)) == pytest.approx(PERIOD_S, rel=1e-3)


@pytest.mark.parametrize("keep", [2, 3])
def test_every_second_or_third_frame_is_a_slower_camera(keep: int) -> None:
    assert estimate_period(steps_of(np.arange(0.0, 200.0, keep))) == pytest.approx(keep * PERIOD_S)


def test_late_stamps_and_the_short_steps_behind_them_leave_the_period_as_it_is() -> None:
    places = np.arange(100.0)
    places[[20, 50, 80]] += 0.7
    places[30:34] = (33.4, 33.6, 33.8, 33.9)  # a stall of three periods
    assert estimate_period(steps_of(places)) == pytest.approx(PERIOD_S, rel=1e-3)


@pytest.mark.parametrize("factor", [0.1, 7.0])
def test_the_estimate_scales_with_the_steps(factor: float) -> None:
    steps = steps_of(received(0.5))
    assert estimate_period(factor * steps) == pytest.approx(factor * estimate_period(steps), rel=1e-6)


def test_stamps_without_a_grid_give_the_mean_step() -> None:
    steps = np.random.default_rng(0).exponential(PERIOD_S, 200)
    assert estimate_period(steps) == pytest.approx(steps.mean())


def test_an_earlier_estimate_is_kept_while_the_stamps_agree_with_it() -> None:
    """A jitter of 0.27 periods is too large to find the grid, but not to recognise it."""
    steps = steps_of(received(0.6, jitter=0.27, n=80, seed=3))
    assert estimate_period(steps) == pytest.approx(steps.mean())
    assert estimate_period(steps, previous_s=PERIOD_S) == PERIOD_S
    assert estimate_period(steps, previous_s=1.37 * PERIOD_S) == pytest.approx(steps.mean())


def test_a_grid_that_is_found_replaces_an_earlier_estimate() -> None:
    steps = 2 * steps_of(received(0.5))
    assert estimate_period(steps, previous_s=PERIOD_S) == pytest.approx(2 * PERIOD_S, rel=1e-3)


@pytest.mark.parametrize(("mean_step", "is_found"), [(0.8, True), (2.0, False)])
def test_the_longest_mean_step_bounds_the_search(mean_step: float, is_found: bool) -> None:
    """mean_step: in multiples of the bound."""
    around = round(mean_step * MAX_MEAN_STEP_PERIODS)
    steps = np.random.default_rng(0).integers(around // 2, 3 * around // 2 + 1, 100) * PERIOD_S
    assert (estimate_period(steps) == pytest.approx(PERIOD_S, rel=1e-3)) == is_found
