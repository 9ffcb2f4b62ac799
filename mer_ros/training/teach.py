"""What training a system of any family takes and leaves; each family learns in a file of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import singledispatch
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mer_ros import metrics
from mer_ros.recognition import System
from mer_ros.training.config import TrainConfig
from mer_ros.training.trainer import Watch
from mer_ros.types import EMOTIONS

SCORES = ("accuracy", "uf1", "uar")
"""What is told of a training run, by its name in ``metrics.METRICS``."""


@dataclass(frozen=True, eq=False)
class Job:
    """One training run: its settings, the file to write, the device, and who wants to hear of it."""

    config: TrainConfig
    out: Path
    device: str
    watch: Watch


@dataclass(frozen=True, eq=False)
class Result:
    """What a run left: the file and its id.

    validation, test: (C, C) confusions, rows are the truth, on the people it was chosen by and on unseen
    ones. chosen: what was chosen, by name. data: what it was trained on, one sentence.
    """

    path: Path
    model_id: str
    validation: NDArray[np.int64]
    test: NDArray[np.int64]
    chosen: Mapping[str, float]
    data: str
    seconds: float


@singledispatch
def teach(system: System, job: Job) -> Result:
    """Train a fresh system and write its checkpoint. Families join with ``@teach.register``."""
    raise TypeError(f"nobody teaches a {type(system).__name__}")


def summary(config: TrainConfig, scores: Mapping[str, NDArray[np.int64]], **more: object) -> dict[str, Any]:
    """What travels with the weights of every system: generator, seed, ceiling and scores; and ``more``."""
    from mer_ros.data.synthetic import GENERATOR_VERSION  # late: the generator is needed only here
    from mer_ros.data.synthetic.ceiling import label_ceiling

    return {
        "generator": GENERATOR_VERSION,
        "seed": config.seed,
        **more,
        "label_ceiling": label_ceiling().figures(),
        "scores": {name: scores_of(confusion) for name, confusion in scores.items()},
    }


def scores_of(confusion: NDArray[np.int64]) -> dict[str, Any]:
    """Scores as JSON, rounded to what they are worth; a class that is neither true nor answered has F1 0."""
    f1 = np.nan_to_num(metrics.f1(confusion))
    return {
        **{name: round(float(metrics.METRICS[name](confusion)), 4) for name in SCORES},
        "f1": {label: round(float(value), 4) for label, value in zip(EMOTIONS, f1, strict=True)},
    }
