"""Scores of the shipped reader of action units on clips whose units are coded.

The reader saw no clip of the data set. For each unit, the area under the ROC curve compares the clips in
which a coder saw the unit with all other coded clips; a clip in which the coder was unsure of a unit does not
count for it. A side is scored where the coder named one.

The interval draws subjects, as for other scores (``bootstrap``). With A[p, q] the number of pairs of a clip
of subject p with the unit and one of q without it that are ordered rightly (ties count half), the area of a
draw in which subject p occurs w_p times is

    sum_pq w_p w_q A[p, q] / (sum_p w_p n_p * sum_q w_q m_q),

where n and m count the clips with and without the unit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from mer_ros.data.annotations.coded_units import CodedUnit
from mer_ros.data.clip_set import ClipSet
from mer_ros.evaluation import bootstrap
from mer_ros.explanation.action_units import ActionUnitReader, UnitProbabilities

LEAST_CLIPS = 5
"""Units that fewer clips show are listed, but are no part of the mean: their area says little."""

Floats = NDArray[np.float64]


def unit_scores(clips: ClipSet, reader: ActionUnitReader, seed: int) -> dict[str, Any] | None:
    """Area, counts and interval of each unit that a clip shows, and the sides; None without coded clips.

    JSON-able. auc: {value, low, high}, NaN where every clip or none shows the unit. one_sided: clips of which
    the coder named the side; right_side: in how many the reader gives that side the higher probability.
    side_auc: area of right against left, NaN where only one side occurs. by_dataset: the same for the coded
    clips of each data set, if there are several.
    """
    indices = np.array([i for i, units in enumerate(clips.units) if units is not None], np.int64)
    if not len(indices):
        return None
    read = [reader.read(clips.flow[i]) for i in indices]
    every = _Coded(
        [clips.units[i] or () for i in indices],
        UnitProbabilities(*(np.stack(values) for values in zip(*read, strict=True))),
        clips.subject_ids[indices],
    )
    datasets = clips.datasets[indices]
    names = np.unique(datasets).tolist()
    parts = {name: every.part(datasets == name) for name in names} if len(names) > 1 else {}
    return {
        "reader": reader.reader_id,
        "least_clips": LEAST_CLIPS,
        **_scores(every, reader.units, seed),
        "by_dataset": {name: _scores(part, reader.units, seed) for name, part in parts.items()},
    }


@dataclass(frozen=True, eq=False)
class _Coded:
    """n coded clips. codes: their units. read: (n, K) probabilities. subject_ids: (n,)."""

    codes: Sequence[Sequence[CodedUnit]]
    read: UnitProbabilities
    subject_ids: NDArray[np.str_]

    def part(self, kept: NDArray[np.bool_]) -> _Coded:
        codes = [units for units, keep in zip(self.codes, kept, strict=True) if keep]
        return _Coded(codes, UnitProbabilities(*(own[kept] for own in self.read)), self.subject_ids[kept])


def _scores(coded: _Coded, units: Sequence[str], seed: int) -> dict[str, Any]:
    codes, (unit, right, left) = coded.codes, coded.read
    _, subject = np.unique(coded.subject_ids, return_inverse=True)
    draws = bootstrap.subject_draws(int(subject.max()) + 1, seed).astype(np.float64)
    by_unit, resampled = {}, []
    for k, name in enumerate(units):
        shown = np.array([_shown(own, name) for own in codes])  # 1, 0, or NaN where it is unsure
        known = ~np.isnan(shown)
        truth = shown == 1
        if not truth.any():
            continue
        areas = _resampled_areas(truth[known], unit[known, k], subject[known], draws)
        by_unit[name] = {
            "clips": int(truth.sum()),
            "of": int(known.sum()),
            "auc": {
                "value": _area(truth[known], unit[known, k]),
                **asdict(bootstrap.percentiles(areas)),
            },
            **_sides(codes, name, right[:, k] - left[:, k]),
        }
        if truth.sum() >= LEAST_CLIPS and not truth[known].all():
            resampled.append(areas)
    means = [one["auc"]["value"] for one in by_unit.values() if one["clips"] >= LEAST_CLIPS]
    known_means = [value for value in means if np.isfinite(value)]
    return {
        "clips": len(codes),
        "subjects": draws.shape[1],
        "mean_auc": {
            "value": float(np.mean(known_means)) if known_means else float("nan"),
            **asdict(bootstrap.percentiles(_mean_of_known(resampled, len(draws)))),
            "units": len(known_means),
        },
        "one_sided": sum(one["one_sided"] for one in by_unit.values()),
        "right_side": sum(one["right_side"] for one in by_unit.values()),
        "by_unit": by_unit,
        "not_read": _not_read(codes, units),
    }


def _shown(units: Sequence[CodedUnit], name: str) -> float:
    own = [unit for unit in units if unit.name == name]
    if own and all(unit.uncertain for unit in own):
        return float("nan")
    return float(bool(own))


def _area(truth: NDArray[np.bool_], scores: NDArray[np.floating]) -> float:
    return float("nan") if truth.all() or not truth.any() else float(roc_auc_score(truth, scores))


def _resampled_areas(
    truth: NDArray[np.bool_], scores: NDArray[np.floating], subject: NDArray[np.int64], draws: Floats
) -> Floats:
    """(D,) area of each draw; NaN where its clips all show the unit, or none. draws: (D, P) counts."""
    n = draws.shape[1]
    pairs = np.zeros((n, n))
    own, other = np.flatnonzero(truth), np.flatnonzero(~truth)
    above = scores[own, None] > scores[None, other]
    ties = scores[own, None] == scores[None, other]
    np.add.at(pairs, (subject[own][:, None], subject[other][None]), above + ties / 2)
    right = ((draws @ pairs) * draws).sum(1)
    counts = [np.bincount(subject[side], minlength=n) for side in (own, other)]
    total = np.prod([draws @ count for count in counts], axis=0)
    return np.divide(right, total, out=np.full(len(draws), np.nan), where=total > 0)


def _mean_of_known(areas: Sequence[Floats], n: int) -> Floats:
    """(n,) mean over the units whose area is known in a draw."""
    if not areas:
        return np.full(n, np.nan)
    stacked = np.stack(areas)
    known = ~np.isnan(stacked)
    count = known.sum(0)
    return np.divide(np.nansum(stacked, 0), count, out=np.full(n, np.nan), where=count > 0)


def _sides(codes: Sequence[Sequence[CodedUnit]], name: str, lead: NDArray[np.floating]) -> dict[str, Any]:
    """The scores of the sides of a unit. lead: (n,) probability of the right minus that of the left side."""
    coded = [{unit.side for unit in units if unit.name == name and not unit.uncertain} for units in codes]
    known = np.array([i for i, sides in enumerate(coded) if sides in ({"left"}, {"right"})], np.int64)
    sides = np.array([coded[i] == {"right"} for i in known], bool)
    leads = lead[known]
    right = np.where(sides, leads > 0, leads < 0)
    return {
        "one_sided": len(sides),
        "right_side": int(right.sum()),
        "side_auc": _area(sides, leads) if len(sides) else float("nan"),
    }


def _not_read(codes: Sequence[Sequence[CodedUnit]], units: Sequence[str]) -> dict[str, int]:
    """Number of clips of each coded unit that the reader does not know, the most frequent first."""
    counts = Counter(name for own in codes for name in {unit.name for unit in own} if name not in units)
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
