"""Scores of spotting in long videos, as MEGC counts them.

Intervals count in frames: that from onset to offset lasts until the end of the offset's frame. Micro- and
macro-expressions are matched apart, each at IoU >= 0.5 and one to one; spotted intervals up to half a second
count as micro, true ones as annotated. Hits, misses and false ones of all videos are added before F1 is
taken, and those of both kinds give the overall F1. ASR: share of true expressions that are hits whose spotted
apex lies inside. STRS: F1 of spotting times macro F1 of recognition of the hits; 0 where none is labelled
rightly, NaN where no true expression has a class.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mer_ros import metrics
from mer_ros.data.label_mapping import map_probabilities
from mer_ros.data.long_videos import LongVideo, TrueExpression
from mer_ros.evaluation import bootstrap
from mer_ros.evaluation.spotters import SpottedExpression
from mer_ros.evaluation.spotting import Interval, apex_error_s, apex_spotting_rate, iou, match, strs
from mer_ros.types import Kind

MIN_IOU = 0.5
KINDS: Mapping[str, tuple[Kind, ...]] = {
    "micro": (Kind.MICRO,),
    "macro": (Kind.MACRO,),
    "overall": (Kind.MICRO, Kind.MACRO),
}
"""Name of a score and the kinds of expressions that it counts."""


@dataclass(frozen=True)
class ScoredExpression:
    """One expression of a video: a hit, a missed one (spotted is None) or a false one (true is None)."""

    kind: Kind
    spotted: SpottedExpression | None
    true: TrueExpression | None
    iou: float = 0.0

    @property
    def is_hit(self) -> bool:
        """Whether it was spotted rightly."""
        return self.spotted is not None and self.true is not None

    @property
    def onset_s(self) -> float:
        """Onset of the spotted one, or else of the true one."""
        one = self.spotted or self.true
        return one.onset_s if one else 0.0

    @property
    def word(self) -> str:
        """hit, false or missed."""
        return "hit" if self.is_hit else "missed" if self.true else "false"


@dataclass(frozen=True)
class LabelReading:
    """How labels are scored. labels: C classes. weights: from the model's classes to these, for
    ``map_probabilities``. three: whether the true class is that of MEGC 2019.
    """

    labels: tuple[str, ...]
    weights: NDArray[np.float64]
    three: bool

    def truth(self, true: TrueExpression) -> str:
        """The true class, "" if it has none of them."""
        label = true.three if self.three else true.label
        return label if label in self.labels else ""

    def answer(self, spotted: SpottedExpression) -> str:
        """The most likely class, also where the model would reject the expression."""
        given = map_probabilities(np.array([spotted.probabilities], np.float64), self.weights)
        return self.labels[int(given[0].argmax())]


def outcomes(video: LongVideo, spotted: Sequence[SpottedExpression]) -> list[ScoredExpression]:
    """All expressions of a video and what became of them, in order of time."""
    period_s = 1 / video.frames.fps
    found: list[ScoredExpression] = []
    for kind in KINDS["overall"]:
        given = [one for one in spotted if one.kind == kind]
        true = [one for one in video.truth if one.kind == kind]
        spans, wanted = ([_interval(one, period_s) for one in part] for part in (given, true))
        matching = match(spans, wanted, MIN_IOU)
        found += [
            ScoredExpression(kind, given[s], true[t], iou(spans[s], wanted[t])) for s, t in matching.pairs
        ]
        found += [ScoredExpression(kind, given[s], None) for s in matching.false]
        found += [ScoredExpression(kind, None, true[t]) for t in matching.missed]
    return sorted(found, key=lambda one: (one.onset_s, one.kind))


def _interval(one: SpottedExpression | TrueExpression, period_s: float) -> Interval:
    return one.onset_s, one.offset_s + period_s


def scores(
    videos: Sequence[LongVideo],
    found: Sequence[Sequence[ScoredExpression]],
    seed: int,
    reading: LabelReading | None = None,
) -> dict[str, Any]:
    """The scores of one spotter on some videos, with one list of outcomes for each, by kind.

    seed: of the bootstrap over subjects. reading: for STRS, if the spotted expressions have labels.
    """
    minutes = sum(video.frames.n_frames / video.frames.fps for video in videos) / 60
    out: dict[str, Any] = {
        "videos": len(videos),
        "subjects": len({video.subject_id for video in videos}),
        "minutes": minutes,
    }
    for name, kinds in KINDS.items():
        kept = [[one for one in own if one.kind in kinds] for own in found]
        out[name] = _scores_of(videos, kept, seed, minutes, reading)
    return out


def _scores_of(
    videos: Sequence[LongVideo],
    found: Sequence[Sequence[ScoredExpression]],
    seed: int,
    minutes: float,
    reading: LabelReading | None,
) -> dict[str, Any]:
    spotting = _by_subject(videos, [_spotting_counts(own) for own in found])
    whole = spotting.sum(0)
    (_, false), (missed, hits) = whole.tolist()
    true = [one for own in found for one in own if one.true]
    apexes = [one.spotted.apex_s if one.spotted else float("nan") for one in true]
    intervals = [(one.true.onset_s, one.true.offset_s) for one in true if one.true]
    errors_s = apex_error_s(apexes, [one.true.apex_s for one in true if one.true])
    out = {
        "hits": hits,
        "false": false,
        "missed": missed,
        "precision": float(metrics.precision(whole)[1]),
        "recall": float(metrics.recall(whole)[1]),
        "f1": _with_interval(spotting, seed),
        "false_per_minute": false / minutes if minutes else float("nan"),
        "asr": apex_spotting_rate(apexes, intervals),
        "apex_error_ms": 1000 * errors_s,
    }
    if reading is not None:
        out |= _recognition(videos, found, spotting, seed, reading)
    return out


def _recognition(
    videos: Sequence[LongVideo],
    found: Sequence[Sequence[ScoredExpression]],
    spotting: NDArray[np.int64],
    seed: int,
    reading: LabelReading,
) -> dict[str, Any]:
    """Recognition of the hits whose true class is known, and STRS."""
    labels = _by_subject(videos, [_label_counts(own, reading) for own in found])
    n_true = _by_subject(videos, [_true_with_class(own, reading) for own in found])
    counts, whole = [spotting, labels, n_true], labels.sum(0)
    interval = bootstrap.joint_interval(counts, _strs, seed)
    return {
        "labelled_hits": int(whole.sum()),
        "recognition_f1": float(metrics.macro_f1(whole)),
        "strs": {"value": float(_strs([one.sum(0) for one in counts])), **asdict(interval)},
        "confusion": whole.tolist(),
    }


def _strs(counts: Sequence[NDArray[np.int64]]) -> NDArray[np.float64]:
    """(...) from (..., 2, 2) counts of spotting, (..., C, C) of labels, (...) true ones with a class."""
    spotting, labels, n_true = counts
    return strs(_f1(spotting), metrics.macro_f1(labels), n_true)


def _spotting_counts(found: Sequence[ScoredExpression]) -> NDArray[np.int64]:
    """(2, 2) confusion of "expression" (1): false ones in [0, 1], missed in [1, 0], hits in [1, 1]."""
    words = [one.word for one in found]
    return np.array([[0, words.count("false")], [words.count("missed"), words.count("hit")]], np.int64)


def _label_counts(found: Sequence[ScoredExpression], reading: LabelReading) -> NDArray[np.int64]:
    """(C, C) confusion of the hits with a true class."""
    counts = np.zeros((len(reading.labels),) * 2, np.int64)
    for one in found:
        if one.spotted and one.true and reading.truth(one.true):
            row, column = map(reading.labels.index, (reading.truth(one.true), reading.answer(one.spotted)))
            counts[row, column] += 1
    return counts


def _true_with_class(found: Sequence[ScoredExpression], reading: LabelReading) -> NDArray[np.int64]:
    """() number of the true expressions with a class, spotted or not."""
    return np.array(sum(bool(reading.truth(one.true)) for one in found if one.true), np.int64)


def _by_subject(videos: Sequence[LongVideo], counts: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    """(P, ...): the sum of the counts of each subject's videos, in the order of their names."""
    names = sorted({video.subject_id for video in videos})
    parts: dict[str, list[NDArray[np.int64]]] = {name: [] for name in names}
    for video, own in zip(videos, counts, strict=True):
        parts[video.subject_id].append(own)
    return np.stack([np.sum(parts[name], axis=0) for name in names])


def _f1(confusion: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.asarray(metrics.f1(confusion)[..., 1])


def _with_interval(spotting: NDArray[np.int64], seed: int) -> dict[str, float]:
    interval = bootstrap.confidence_interval(spotting, _f1, seed)
    return {"value": float(_f1(spotting.sum(0))), **asdict(interval)}
