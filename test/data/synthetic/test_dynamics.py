"""Levels of the units of one expression over time, by hand and as drawn."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.data.synthetic.dynamics import EARLY, LATE, Dynamics, draw_dynamics, ease

BY_HAND = Dynamics(rise_s=0.1, plateau_s=0.04, decay_s=0.16, late=(0.0, 0.5), early=(0.25, 0.0))
"""0.30 s: the first unit defines the onset and rests 0.04 s early, the second starts 0.05 s late."""


def test_ease_of_nothing_is_nothing() -> None:
    assert ease(np.empty((0, 2))).shape == (0, 2)


@pytest.mark.parametrize(
    ("t", "level"),
    [(-1.0, 0.0), (0.0, 0.0), (0.25, 0.15625), (0.5, 0.5), (0.75, 0.84375), (1.0, 1.0), (3.0, 1.0)],
)
def test_ease_is_a_smooth_step(t: float, level: float) -> None:
    assert float(ease(t)) == pytest.approx(level)


def test_duration_and_apex() -> None:
    assert BY_HAND.duration_s == pytest.approx(0.30)
    assert BY_HAND.apex_s == pytest.approx(0.12)


@pytest.mark.parametrize(
    ("time_s", "levels"),
    [
        (-0.01, (0.0, 0.0)),
        (0.0, (0.0, 0.0)),
        (0.05, (0.5, 0.0)),  # half of the rise; the second unit is about to start
        (0.075, (0.84375, 0.5)),
        (0.10, (1.0, 1.0)),
        (0.12, (1.0, 1.0)),
        (0.14, (1.0, 1.0)),
        (0.22, (7 / 27, 0.5)),  # a third of the first unit's decay is left: ease(1/3) = 7/27
        (0.26, (0.0, 0.15625)),
        (0.30, (0.0, 0.0)),
        (0.31, (0.0, 0.0)),
    ],
)
def test_levels_by_hand(time_s: float, levels: tuple[float, float]) -> None:
    np.testing.assert_allclose(BY_HAND.levels(time_s), levels, atol=1e-9)


def test_levels_of_several_times_have_one_row_each() -> None:
    times = np.array([[0.05, 0.12, 0.22], [0.0, 0.26, 0.3]])
    levels = BY_HAND.levels(times)
    assert levels.shape == (2, 3, 2) and BY_HAND.levels(np.empty(0)).shape == (0, 2)
    for row, column in np.ndindex(times.shape):
        np.testing.assert_array_equal(levels[row, column], BY_HAND.levels(times[row, column]))


@pytest.mark.parametrize("duration_s", [0.15, 0.45, 1.2])
@pytest.mark.parametrize("n_units", [1, 2, 3])
def test_a_drawn_expression_fills_its_duration_and_decays_longer_than_it_rises(
    duration_s: float, n_units: int
) -> None:
    rng = np.random.default_rng(n_units)
    for _ in range(50):
        drawn = draw_dynamics(duration_s, n_units, rng)
        assert drawn.duration_s == pytest.approx(duration_s)
        assert drawn.rise_s < drawn.decay_s and 0 < drawn.plateau_s < drawn.rise_s
        for lags, most in ((drawn.late, LATE), (drawn.early, EARLY)):
            assert len(lags) == n_units and min(lags) == 0 and max(lags) <= most
        assert (drawn.levels(drawn.apex_s) == 1).all()
