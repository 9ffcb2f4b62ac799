"""Frames that never arrived, counted by the stamps of those that did."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

MIN_STEPS = 8
"""Fewer steps between frames tell no period."""
_REGULAR = 0.7  # share of the steps that must be about whole periods for a gap to mean a loss
_MOST, _SOME = 0.9, 0.1  # shares of the steps: whole periods, single ones


def lost_frames(stamps_ns: Sequence[int]) -> int:
    """How many frames are missing between the first and the last, 0 where no period can be told.

    stamps_ns: in order of arrival. Steps back (a bag that loops) and repeated stamps are left out.
    """
    steps = [after - before for before, after in zip(stamps_ns, stamps_ns[1:]) if after > before]
    if len(steps) < MIN_STEPS:
        return 0
    period = _period_ns(steps)
    if len(_multiples(steps, period, 0.25)) < _REGULAR * len(steps):
        return 0
    in_gaps = sum(round(step / period) - 1 for step in steps if step > 1.5 * period)
    # Stamps that are taken on arrival bunch: a long step is then made up by short ones, and nothing is lost.
    in_all = round(sum(steps) / period) - len(steps)
    return max(0, min(in_gaps, in_all))


def _period_ns(steps: list[int]) -> float:
    """About the median step; where half the frames are lost, the shorter one of which all are multiples."""
    middle = median(steps)
    for divisor in (4, 3, 2):
        period = middle / divisor
        multiples = _multiples(steps, period, 0.15)
        if len(multiples) >= _MOST * len(steps) and multiples.count(1) >= _SOME * len(steps):
            return _mean_near(steps, period)
    return _mean_near(steps, middle)


def _mean_near(steps: list[int], period: float) -> float:
    """Mean of the steps of about one period, so that the jitter of single stamps is averaged out."""
    near = [s for s in steps if abs(s / period - 1) < 0.5]
    return sum(near) / len(near) if near else period


def _multiples(steps: list[int], period: float, off: float) -> list[int]:
    """How many periods each step is, without the steps that are off by more than this share of a period."""
    counted = ((step / period, round(step / period)) for step in steps)
    return [n for ratio, n in counted if n and abs(ratio - n) <= off]
