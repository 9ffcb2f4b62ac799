"""Scores of finished systems on clips that a corruption spoils, in five severities.

Each corruption changes the frames of a clip, and the face is then detected, followed and measured again as
the tracker does, so that a score includes what the corruption does to the measurement. A clip in which no
face is detected any more counts as labelled wrongly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mer_ros import metrics
from mer_ros.data.corruptions import CORRUPTIONS, SEVERITIES
from mer_ros.data.corruptions.recordings import CLEAN, Recordings, Variant, variants_of
from mer_ros.errors import ConfigError
from mer_ros.progress import SILENT, Progress
from mer_ros.training.entrant import Entrant, TrainingSet


@dataclass(frozen=True)
class Curve:
    """One system under one corruption.

    uf1: one value for each of ``SEVERITIES``. clean: of the same clips without it. lost: share of the clips
    without a detected face, for each severity.
    """

    system: str
    corruption: str
    clean: float
    uf1: tuple[float, ...]
    lost: tuple[float, ...]

    @property
    def mean(self) -> float:
        """Mean UF1 over the severities."""
        return float(np.mean(self.uf1))

    @property
    def kept(self) -> float:
        """The mean as a share of the clean UF1; NaN if that is zero."""
        return self.mean / self.clean if self.clean else float("nan")


def check_finished(systems: Sequence[Entrant]) -> None:
    """Raise ConfigError unless all are finished systems."""
    for system in systems:
        if system.uses_folds:
            raise ConfigError(f"{system.name} is not a finished system: choose another.")


def robustness(
    systems: Sequence[Entrant],
    recordings: Recordings,
    truth: Sequence[int],
    labels: tuple[str, ...],
    seed: int = 0,
    corruptions: Sequence[str] = CORRUPTIONS.names,
    progress: Progress = SILENT,
    cores: int = 0,
) -> list[Curve]:
    """A curve for each system and corruption.

    systems: finished ones; ConfigError for others. truth: label of each recording, index into
    ``labels``. progress: receives ``recordings.TASK``. cores: number of processes, 0 for one per core; the
    scores do not depend on it.
    """
    check_finished(systems)
    variants = variants_of(corruptions)
    for system in systems:
        system.set_labels(labels)
    nothing = TrainingSet(np.empty(0), np.empty(0, np.int64), np.empty(0, np.str_), len(labels))
    # without a face the answer is a class that no clip has
    answers = np.full((len(systems), len(variants), len(truth)), len(labels), np.int64)
    kinds = sorted({system.reads for system in systems})
    for i, measured in enumerate(recordings.measured(corruptions, kinds, progress, cores)):
        found = [(number, own) for number, v in enumerate(variants) if (own := measured[v]) is not None]
        if not found:
            continue
        numbers = [number for number, _ in found]
        for own, system in zip(answers, systems, strict=True):
            features = system.features([inputs[system.reads] for _, inputs in found])
            given = system.fit_predict(nothing, features, seed, SILENT)
            own[numbers, i] = given.probabilities.argmax(1)
    known = np.array(truth, np.int64)
    return [
        _curve(system.name, name, variants, own, known, len(labels))
        for system, own in zip(systems, answers, strict=True)
        for name in corruptions
    ]


def _curve(
    system: str,
    corruption: str,
    variants: Sequence[Variant],
    answers: NDArray[np.int64],
    truth: NDArray[np.int64],
    n_labels: int,
) -> Curve:
    """answers: (V, N) of one system."""
    numbers = [variants.index((corruption, severity)) for severity in SEVERITIES]
    uf1 = [_uf1(truth, answers[number], n_labels) for number in numbers]
    lost = [float(np.mean(answers[number] == n_labels)) for number in numbers]
    clean = _uf1(truth, answers[variants.index(CLEAN)], n_labels)
    return Curve(system, corruption, clean, tuple(uf1), tuple(lost))


def _uf1(truth: NDArray[np.int64], answers: NDArray[np.int64], n_labels: int) -> float:
    """UF1 over the classes; answers without a face are predicted as another class, which nothing is."""
    confusion = metrics.confusion_of(truth, answers, n_labels + 1)
    return float(np.nan_to_num(metrics.f1(confusion))[:n_labels].mean())


def described(curves: Sequence[Curve], n_clips: int) -> dict[str, Any]:
    """The curves as part of ``results.json``, JSON-able.

    clean: UF1 of each system. kept: mean over the corruptions of ``Curve.kept``. curves: with the title,
    unit and levels of the corruption.
    """
    systems = list(dict.fromkeys(curve.system for curve in curves))
    kept = {name: [curve.kept for curve in curves if curve.system == name] for name in systems}
    rows = []
    for curve in curves:
        corruption = CORRUPTIONS.get(curve.corruption)
        rows.append(
            {
                **asdict(curve),
                "mean": curve.mean,
                "kept": curve.kept,
                "title": corruption.title,
                "unit": corruption.unit,
                "levels": list(corruption.levels),
            }
        )
    return {
        "clips": n_clips,
        "severities": list(SEVERITIES),
        "clean": {curve.system: curve.clean for curve in curves},
        "kept": {name: float(np.mean(values)) for name, values in kept.items()},
        "curves": rows,
    }
