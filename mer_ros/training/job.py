"""What a training run of any family receives and returns."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mer_ros import metrics
from mer_ros.recognition import checkpoint
from mer_ros.recognition.checkpoint import Calibration, ModelCard
from mer_ros.recognition.system import System
from mer_ros.training.config import TrainConfig
from mer_ros.training.observer import TrainingObserver
from mer_ros.training.seen_data_sets import names_of, seen_by_start
from mer_ros.types import EMOTIONS

if TYPE_CHECKING:
    from mer_ros.data.clip_set import ClipSet

SCORES = ("accuracy", "uf1", "uar")
"""The scores of a training run, by their names in ``metrics.METRICS``."""


@dataclass(frozen=True, eq=False)
class Job:
    """One training run: its settings, the file to write, the device and the observer.

    clips: labelled clips to train on; None for synthetic data. began: time of its start, ``time.monotonic``.
    """

    config: TrainConfig
    out: Path
    device: str
    observer: TrainingObserver
    clips: ClipSet | None = None
    began: float = field(default_factory=time.monotonic)

    @property
    def labels(self) -> tuple[str, ...]:
        """The classes to learn."""
        return EMOTIONS if self.clips is None else self.clips.labels


@dataclass(frozen=True, eq=False)
class Result:
    """The outcome of a training run: the checkpoint's path, its id and its labels, one per class.

    validation, test: (C, C) int64 confusions, rows are the truth, on the subjects used for choices and on
    unseen ones. chosen: chosen settings by name. data: the training data in one sentence. seconds: duration.
    synthetic: whether the subjects are synthetic.
    """

    path: Path
    model_id: str
    labels: tuple[str, ...]
    validation: NDArray[np.int64]
    test: NDArray[np.int64]
    chosen: Mapping[str, float]
    data: str
    seconds: float
    synthetic: bool = True


def card_of(
    job: Job,
    calibration: Calibration,
    scores: Mapping[str, NDArray[np.int64]],
    synthetic: bool = True,
    system: str = "",
    **more: object,
) -> ModelCard:
    """The metadata of the checkpoint of a job. system: its name, if not that of the settings."""
    training = {**summary(job.config, scores, job.labels, synthetic, **more), **_data_sets(job)}
    return ModelCard(system or job.config.system, job.labels, job.config.input, calibration, training)


def _data_sets(job: Job) -> dict[str, list[str]]:
    """What ``ModelCard.datasets`` reads: nothing where the generator says it or a start does not."""
    seen = seen_by_start(job.config)
    if seen is None or (job.clips is None and not job.config.start):
        return {}
    own = names_of(job.clips) if job.clips is not None else frozenset()
    return {"datasets": sorted({*seen, *own})}


def save_result(
    job: Job,
    system: System,
    card: ModelCard,
    scores: Mapping[str, NDArray[np.int64]],
    chosen: Mapping[str, float],
    data: str,
    synthetic: bool = True,
) -> Result:
    """Write the checkpoint of a finished job. scores: two confusions, of the choices and of the test.

    The other arguments are those of ``Result``.
    """
    model_id = checkpoint.save(job.out, system, card)
    validation, test = scores.values()
    seconds = time.monotonic() - job.began
    return Result(job.out, model_id, card.labels, validation, test, chosen, data, seconds, synthetic)


def summary(
    config: TrainConfig,
    scores: Mapping[str, NDArray[np.int64]],
    labels: tuple[str, ...] = EMOTIONS,
    synthetic: bool = True,
    **more: object,
) -> dict[str, Any]:
    """The training summary in a checkpoint: seed and scores, for synthetic data its ceiling, and ``more``.

    scores: (C, C) confusions by the name of the group of subjects.
    """
    generator: dict[str, Any] = {}
    if synthetic and labels == EMOTIONS:
        from mer_ros.data.synthetic import GENERATOR_VERSION  # late: the generator is needed only here
        from mer_ros.data.synthetic.ceiling import label_ceiling

        generator = {"generator": GENERATOR_VERSION, "label_ceiling": label_ceiling().figures()}
    by_group = {name: scores_of(confusion, labels) for name, confusion in scores.items()}
    return {**generator, "seed": config.seed, **more, "scores": by_group}


def scores_of(confusion: NDArray[np.int64], labels: tuple[str, ...] = EMOTIONS) -> dict[str, Any]:
    """Scores of a (C, C) confusion as JSON, 4 decimals; F1 is 0 for a class neither true nor predicted."""
    f1 = np.nan_to_num(metrics.f1(confusion))
    return {
        **{name: round(float(metrics.METRICS[name](confusion)), 4) for name in SCORES},
        "f1": {label: round(float(value), 4) for label, value in zip(labels, f1, strict=True)},
    }
