"""How far a score could have come out otherwise: resampling of subjects.

The samples of one person resemble each other, so people are drawn, not samples (the cluster bootstrap;
percentile interval of Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, section 13.3). Two
systems are compared on the same draws, so that what an easy or hard person does to both falls away.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mer_ros.errors import DataError
from mer_ros.metrics import Metric, confusion_of

DRAWS = 2000
LEVEL = 0.95


@dataclass(frozen=True)
class Interval:
    """Percentile interval of a score; both NaN where no draw could be scored."""

    low: float
    high: float


@dataclass(frozen=True)
class Comparison:
    """System minus control. difference: on all subjects. interval: of the difference over the draws.

    p: two-sided share of the draws that speak against the difference's sign, 0..1.
    """

    difference: float
    interval: Interval
    p: float


def by_subject(
    truth: NDArray[np.int64], answers: NDArray[np.int64], subjects: NDArray[np.str_], n_labels: int
) -> NDArray[np.int64]:
    """(P, C, C) confusions, one per person, in the order of their sorted names. All arguments (N,)."""
    names, index = np.unique(subjects, return_inverse=True)
    parts = [confusion_of(truth[index == i], answers[index == i], n_labels) for i in range(len(names))]
    return np.stack(parts) if parts else np.zeros((0, n_labels, n_labels), np.int64)


def interval(
    confusions: NDArray[np.int64], metric: Metric, seed: int, draws: int = DRAWS, level: float = LEVEL
) -> Interval:
    """Interval of ``metric`` of the summed (P, C, C) confusions when P people are drawn with replacement."""
    return _percentiles(metric(_drawn(confusions, seed, draws)), level)


def compare(
    system: NDArray[np.int64],
    control: NDArray[np.int64],
    metric: Metric,
    seed: int,
    draws: int = DRAWS,
    level: float = LEVEL,
) -> Comparison:
    """Paired bootstrap: both (P, C, C) of the same people in the same order, who share each draw."""
    if system.shape != control.shape or (system.sum(2) != control.sum(2)).any():
        raise DataError(
            f"Two systems were not scored on the same samples ({int(system.sum())} of {len(system)} and "
            f"{int(control.sum())} of {len(control)} people): evaluate both on one protocol."
        )
    differences = metric(_drawn(system, seed, draws)) - metric(_drawn(control, seed, draws))
    known = differences[~np.isnan(differences)]
    against = min((known <= 0).mean(), (known >= 0).mean()) if len(known) else np.nan
    return Comparison(
        difference=float(metric(system.sum(0)) - metric(control.sum(0))),
        interval=_percentiles(differences, level),
        p=float(min(1.0, 2 * against)),
    )


def _drawn(confusions: NDArray[np.int64], seed: int, draws: int) -> NDArray[np.int64]:
    """(draws, C, C): each the sum over P people drawn with replacement."""
    subject_ids = len(confusions)
    if not subject_ids:
        raise DataError("There is nobody to draw: the evaluation holds no subject; check the data set.")
    counts = np.random.default_rng(seed).multinomial(
        subject_ids, np.full(subject_ids, 1 / subject_ids), size=draws
    )
    return np.asarray(np.tensordot(counts, confusions, 1))


def _percentiles(values: NDArray[np.float64], level: float) -> Interval:
    known = values[~np.isnan(values)]
    if not len(known):
        return Interval(float("nan"), float("nan"))
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(low), float(high))
