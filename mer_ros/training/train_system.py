"""What training a system of any family takes and leaves; each family learns in a file of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import singledispatch
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mer_ros import metrics
from mer_ros.recognition import System
from mer_ros.training.config import TrainConfig
from mer_ros.training.trainer import Watch
from mer_ros.types import EMOTIONS

if TYPE_CHECKING:
    from mer_ros.data.clip_set import ClipSet

SCORES = ("accuracy", "uf1", "uar")
"""What is told of a training run, by its name in ``metrics.METRICS``."""


@dataclass(frozen=True, eq=False)
class Job:
    """One training run: its settings, the file to write, the device, and who wants to hear of it.

    clips: to learn from in place of made data, or None.
    """

    config: TrainConfig
    out: Path
    device: str
    watch: Watch
    clips: ClipSet | None = None


@dataclass(frozen=True, eq=False)
class Result:
    """What a run left: the file and its id. labels: one per class.

    validation, test: (C, C) confusions, rows are the truth, on the people it was chosen by and on unseen
    ones. chosen: what was chosen, by name. data: what it was trained on, one sentence. synthetic: whether those
    people are made.
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


@singledispatch
def train_system(system: System, job: Job) -> Result:
    """Train a fresh system and write its checkpoint. Families join with ``@teach.register``."""
    raise TypeError(f"nobody teaches a {type(system).__name__}")


def summary(
    config: TrainConfig,
    scores: Mapping[str, NDArray[np.int64]],
    labels: tuple[str, ...] = EMOTIONS,
    synthetic: bool = True,
    **more: object,
) -> dict[str, Any]:
    """What travels with the weights of every system: seed and scores, of made data its ceiling; and
    ``more``.
    """
    of_made: dict[str, Any] = {}
    if synthetic and labels == EMOTIONS:
        from mer_ros.data.synthetic import GENERATOR_VERSION  # late: the generator is needed only here
        from mer_ros.data.synthetic.ceiling import label_ceiling

        of_made = {"generator": GENERATOR_VERSION, "label_ceiling": label_ceiling().figures()}
    found = {name: scores_of(confusion, labels) for name, confusion in scores.items()}
    return {**of_made, "seed": config.seed, **more, "scores": found}


def scores_of(confusion: NDArray[np.int64], labels: tuple[str, ...] = EMOTIONS) -> dict[str, Any]:
    """Scores as JSON, rounded to what they are worth; a class that is neither true nor answered has F1 0."""
    f1 = np.nan_to_num(metrics.f1(confusion))
    return {
        **{name: round(float(metrics.METRICS[name](confusion)), 4) for name in SCORES},
        "f1": {label: round(float(value), 4) for label, value in zip(labels, f1, strict=True)},
    }
