"""Scores of finished systems on clips that a corruption spoils, in five severities.

Every clip is rendered once. Each corruption changes its frames, and the face is then detected, followed and
measured again as the tracker does, so that a score includes what the corruption does to the measurement. A
clip in which no face is detected any more counts as labelled wrongly.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mer_ros import metrics
from mer_ros.data.corruptions import CORRUPTIONS, SEVERITIES
from mer_ros.data.rendered_clips import RenderedShot, measured_flow, mesh_of_worker, shots
from mer_ros.data.synthetic.subject import make_subject
from mer_ros.errors import ConfigError
from mer_ros.progress import SILENT, Progress
from mer_ros.training.entrant import Entrant, TrainingSet
from mer_ros.types import EMOTIONS

TASK = "corrupted clips"
"""The task that ``robustness`` reports to ``progress``, counted in subjects."""

CLEAN = ("", 0)
Variant = tuple[str, int]
"""Name of a corruption and severity, or ``CLEAN``."""


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


def robustness(
    systems: Sequence[Entrant],
    subjects: Sequence[int],
    n_each: int,
    seed: int = 0,
    corruptions: Sequence[str] = CORRUPTIONS.names,
    progress: Progress = SILENT,
    cores: int = 0,
) -> list[Curve]:
    """A curve for each system and corruption, on ``n_each`` rendered expressions of each subject.

    systems: finished ones that read flow; ConfigError for others. progress: receives ``TASK``. cores: number
    of processes, 0 for one per core; the scores do not depend on it.
    """
    for system in systems:
        if system.uses_folds or system.reads != "flow":
            raise ConfigError(f"{system.name} is not a finished system that reads flow: choose another.")
        system.set_labels(EMOTIONS)
    for name in corruptions:
        CORRUPTIONS.get(name)
    import joblib  # imported here: the module must be importable where nothing is rendered

    jobs = (joblib.delayed(_flows)(subject, n_each, seed, tuple(corruptions)) for subject in subjects)
    variants = [CLEAN, *((name, severity) for name in corruptions for severity in SEVERITIES)]
    features: dict[str, dict[Variant, list[NDArray[np.float32]]]] = {s.name: {} for s in systems}
    found: dict[Variant, list[bool]] = {variant: [] for variant in variants}
    truth: list[int] = []
    progress.started(TASK, len(subjects))
    measured = joblib.Parallel(min(cores or joblib.cpu_count(), len(subjects)), return_as="generator")(jobs)
    for done, (labels, flows) in enumerate(measured, 1):
        truth += labels
        for variant in variants:
            found[variant] += [flow is not None for flow in flows[variant]]
            present = [flow for flow in flows[variant] if flow is not None]
            for system in systems:
                if present:
                    features[system.name].setdefault(variant, []).append(system.features(present))
        progress.advanced(TASK, done)
    progress.finished(TASK)
    scores = {
        (system.name, variant): _uf1(
            system, features[system.name].get(variant, []), np.array(found[variant]), np.array(truth), seed
        )
        for system in systems
        for variant in variants
    }
    return [
        Curve(
            system.name,
            name,
            scores[system.name, CLEAN],
            tuple(scores[system.name, (name, severity)] for severity in SEVERITIES),
            tuple(1 - float(np.mean(found[name, severity])) for severity in SEVERITIES),
        )
        for system in systems
        for name in corruptions
    ]


def _uf1(
    system: Entrant,
    features: Sequence[NDArray[np.float32]],
    found: NDArray[np.bool_],
    truth: NDArray[np.int64],
    seed: int,
) -> float:
    """UF1 over all clips; those without a face are predicted as an eighth class, which nothing is."""
    answers = np.full(len(truth), len(EMOTIONS), np.int64)
    if features:
        unused = TrainingSet(np.empty(0), np.empty(0, np.int64), np.empty(0, np.str_), len(EMOTIONS))
        given = system.fit_predict(unused, np.concatenate(features), seed, SILENT)
        answers[found] = given.probabilities.argmax(1)
    confusion = metrics.confusion_of(truth, answers, len(EMOTIONS) + 1)
    return float(np.nan_to_num(metrics.f1(confusion))[: len(EMOTIONS)].mean())


def _flows(
    subject: int, n: int, seed: int, corruptions: tuple[str, ...]
) -> tuple[list[int], Mapping[Variant, list[NDArray[np.float32] | None]]]:
    """The labels of a subject's expressions, and their flow under each variant; None without a face."""
    labels: list[int] = []
    flows: dict[Variant, list[NDArray[np.float32] | None]] = {}
    with mesh_of_worker() as mesh:
        for number, one in enumerate(shots(make_subject(subject), n, seed)):
            labels.append(one.label)
            for variant, changed in _variants(one, corruptions, seed + 1000 * subject + number):
                flows.setdefault(variant, []).append(measured_flow(changed, mesh))
    return labels, flows


def _variants(
    one: RenderedShot, corruptions: Iterable[str], seed: int
) -> Iterator[tuple[Variant, RenderedShot]]:
    yield CLEAN, one
    for name in corruptions:
        corruption = CORRUPTIONS.get(name)
        for severity in SEVERITIES:
            yield (name, severity), replace(one, shot=corruption(one.shot, severity, seed))
