"""Scores of spotting: spotted intervals compared with true ones.

A spotted interval is a hit if its intersection over union with a true one is at least 0.5; pairs are one to
one (MEGC spotting protocol). ASR, apex error and STRS after the same protocols.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import linear_sum_assignment

from mer_ros.errors import DataError

Interval = tuple[float, float]
"""Onset and offset in seconds, onset <= offset."""

_TOLERANCE = 1e-6
"""Of an IoU, and in seconds of an apex. Stamps in whole nanoseconds change the IoU with an interval of four
frames at 120 fps by 1e-8; one frame of a minute at 200 fps changes it by 4e-5."""


def iou(a: Interval, b: Interval) -> float:
    """Intersection over union of two intervals, 0..1; 0 where both are empty."""
    union = max(a[1], b[1]) - min(a[0], b[0])
    return max(0.0, min(a[1], b[1]) - max(a[0], b[0])) / union if union > 0 else 0.0


def is_hit(a: Interval, b: Interval, min_iou: float = 0.5) -> bool:
    """Whether two intervals overlap enough, whatever the rounding of their times."""
    return iou(a, b) >= min_iou - _TOLERANCE


@dataclass(frozen=True)
class Matching:
    """pairs: (index of the spotted, index of the true) for each hit. missed: true ones without a hit.
    false: spotted ones without a hit.
    """

    pairs: tuple[tuple[int, int], ...]
    missed: tuple[int, ...]
    false: tuple[int, ...]

    @property
    def f1(self) -> float:
        """2 TP / (2 TP + FP + FN); NaN where there is nothing to spot and nothing spotted."""
        total = 2 * len(self.pairs) + len(self.missed) + len(self.false)
        return 2 * len(self.pairs) / total if total else float("nan")


def match(spotted: Sequence[Interval], true: Sequence[Interval], min_iou: float = 0.5) -> Matching:
    """The one-to-one assignment with the greatest total overlap; pairs below min_iou do not count.

    A pair of exactly min_iou counts, however its times in seconds were rounded.
    """
    overlap = np.array([[iou(s, t) for t in true] for s in spotted]).reshape(len(spotted), len(true))
    enough = overlap >= min_iou - _TOLERANCE
    rows, columns = linear_sum_assignment(np.where(enough, overlap, 0.0), maximize=True)
    pairs = tuple((int(r), int(c)) for r, c in zip(rows, columns, strict=True) if enough[r, c])
    return Matching(
        pairs=pairs,
        missed=tuple(sorted(set(range(len(true))) - {c for _, c in pairs})),
        false=tuple(sorted(set(range(len(spotted))) - {r for r, _ in pairs})),
    )


def pooled_f1(matchings: Iterable[Matching]) -> float:
    """F1 of all videos together: their hits, misses and false ones are added before F1 is taken."""
    hits = missed = false = 0
    for found in matchings:
        hits, missed, false = hits + len(found.pairs), missed + len(found.missed), false + len(found.false)
    total = 2 * hits + missed + false
    return 2 * hits / total if total else float("nan")


def apex_spotting_rate(apexes_s: Sequence[float], true: Sequence[Interval]) -> float:
    """ASR, 0..1: share of the true intervals whose spotted apex lies inside, ends included.

    apexes_s: one per true interval, NaN where none was spotted, which counts as outside. NaN of nothing.
    """
    _check_pairs(apexes_s, true)
    inside = [
        onset - _TOLERANCE <= apex <= offset + _TOLERANCE
        for apex, (onset, offset) in zip(apexes_s, true, strict=True)
    ]
    return float(np.mean(inside)) if inside else float("nan")


def apex_error_s(apexes_s: Sequence[float], true_apexes_s: Sequence[float]) -> float:
    """Mean absolute error of the spotted apexes, s, over those that were spotted (not NaN); NaN of none."""
    _check_pairs(apexes_s, true_apexes_s)
    errors = np.abs(np.subtract(apexes_s, true_apexes_s, dtype=np.float64))
    spotted = errors[~np.isnan(errors)]
    return float(spotted.mean()) if len(spotted) else float("nan")


def strs(spotting_f1: ArrayLike, recognition_f1: ArrayLike, n_true: ArrayLike) -> NDArray[np.float64]:
    """Spot-then-recognise score: F1 of spotting times F1 of recognition of what was spotted rightly.

    (...) each. n_true: number of true expressions with a class. Without any, STRS is NaN; otherwise a factor
    that is NaN, since nothing with a class was spotted, makes it 0.
    """
    product = np.nan_to_num(np.multiply(spotting_f1, recognition_f1, dtype=np.float64))
    return np.where(np.asarray(n_true) > 0, product, np.nan)


def _check_pairs(spotted: Sequence[float], true: Sequence[object]) -> None:
    if len(spotted) != len(true):
        raise DataError(
            f"The number of spotted apexes, {len(spotted)}, differs from that of true ones, {len(true)}: "
            "give matched pairs."
        )
