"""Bootstrap confidence intervals over subjects.

The samples of one subject are correlated, so subjects are resampled, not samples (the cluster bootstrap;
percentile interval of Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, section 13.3). Two
systems are compared on the same resamples, which removes the variation between easy and hard subjects that
both share.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mer_ros.errors import DataError
from mer_ros.metrics import Metric, confusion_of

DRAWS = 2000
LEVEL = 0.95


@dataclass(frozen=True)
class ConfidenceInterval:
    """Percentile interval of a score; both NaN where the score is undefined in all resamples."""

    low: float
    high: float


@dataclass(frozen=True)
class Comparison:
    """System minus control. difference: on all subjects. interval: of the difference over the resamples.

    p: two-sided bootstrap p-value, 0..1: twice the share of the resamples without a difference of that sign.
    """

    difference: float
    interval: ConfidenceInterval
    p: float


def confusions_by_subject(
    truth: NDArray[np.int64], predicted: NDArray[np.int64], subjects: NDArray[np.str_], n_labels: int
) -> NDArray[np.int64]:
    """(P, C, C) confusions, one per subject, in the order of their sorted names. All arrays are (N,)."""
    names, index = np.unique(subjects, return_inverse=True)
    parts = [confusion_of(truth[index == i], predicted[index == i], n_labels) for i in range(len(names))]
    return np.stack(parts) if parts else np.zeros((0, n_labels, n_labels), np.int64)


def confidence_interval(
    confusions: NDArray[np.int64], metric: Metric, seed: int, draws: int = DRAWS, level: float = LEVEL
) -> ConfidenceInterval:
    """Interval of ``metric`` of the summed (P, C, C) confusions of P subjects drawn with replacement."""
    return joint_interval([confusions], lambda drawn: metric(drawn[0]), seed, draws, level)


def joint_interval(
    counts: Sequence[NDArray[np.int64]],
    score: Callable[[list[NDArray[np.int64]]], NDArray[np.float64]],
    seed: int,
    draws: int = DRAWS,
    level: float = LEVEL,
) -> ConfidenceInterval:
    """Interval of a score of several (P, ...) counts of the same P subjects, in each draw of the same ones.

    score: from the (draws, ...) sums of each to (draws,).
    """
    return percentiles(score([_resampled(one, seed, draws) for one in counts]), level)


def mean_interval(
    parts: Sequence[NDArray[np.int64]], metric: Metric, seed: int, draws: int = DRAWS, level: float = LEVEL
) -> ConfidenceInterval:
    """Interval of the mean of ``metric`` over parts, such as folds. Subjects are drawn within their part.

    parts: (P, C, C) confusions of the subjects of each.
    """
    scores = [metric(_resampled(part, seed + number, draws)) for number, part in enumerate(parts)]
    return percentiles(np.mean(scores, axis=0), level)


def compare(
    system: NDArray[np.int64],
    control: NDArray[np.int64],
    metric: Metric,
    seed: int,
    draws: int = DRAWS,
    level: float = LEVEL,
) -> Comparison:
    """Paired bootstrap of two (P, C, C) confusions of the same subjects in the same order.

    DataError where they are not of the same samples.
    """
    if system.shape != control.shape or (system.sum(2) != control.sum(2)).any():
        raise DataError(
            f"Two systems were not scored on the same samples ({int(system.sum())} of {len(system)} and "
            f"{int(control.sum())} of {len(control)} subjects): evaluate both with the same protocol."
        )
    differences = metric(_resampled(system, seed, draws)) - metric(_resampled(control, seed, draws))
    known = differences[~np.isnan(differences)]
    opposite = min((known <= 0).mean(), (known >= 0).mean()) if len(known) else np.nan
    return Comparison(
        difference=float(metric(system.sum(0)) - metric(control.sum(0))),
        interval=percentiles(differences, level),
        p=float(min(1.0, 2 * opposite)),
    )


def _resampled(confusions: NDArray[np.int64], seed: int, draws: int) -> NDArray[np.int64]:
    """(draws, ...) of (P, ...) counts: each the sum over P subjects drawn with replacement."""
    return np.asarray(np.tensordot(subject_draws(len(confusions), seed, draws), confusions, 1))


def subject_draws(n: int, seed: int, draws: int = DRAWS) -> NDArray[np.int64]:
    """(draws, n): how often each of n subjects occurs in each draw. DataError without subjects."""
    if not n:
        raise DataError("The evaluation contains no subjects to resample: check the data set.")
    return np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=draws)


def percentiles(values: NDArray[np.float64], level: float = LEVEL) -> ConfidenceInterval:
    """The interval of the values of all draws, NaN left out."""
    known = values[~np.isnan(values)]
    if not len(known):
        return ConfidenceInterval(float("nan"), float("nan"))
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return ConfidenceInterval(float(low), float(high))
