"""What every system under evaluation is, control or network: it learns from a lesson and answers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mer_ros.motion.normalisation import mirror_flow, normalise_flow
from mer_ros.types import InputKind

Step = Callable[[float], None]
"""Told how much of a fold's training is done, 0..1."""


@dataclass(frozen=True, eq=False)
class TrainingSet:
    """All that a contestant may learn and choose from: the training side of one fold.

    features: (n, ...) what ``Entrant.features`` made. truth: (n,) int64. people: (n,) str, for choices
    that are made on held-out people. n_labels: classes of the data set, of which a lesson may lack some.
    """

    features: NDArray[Any]
    truth: NDArray[np.int64]
    subject_ids: NDArray[np.str_]
    n_labels: int


@dataclass(frozen=True, eq=False)
class Answer:
    """probabilities: (m, n_labels) float64, rows sum to 1. chosen: what was chosen in this fold, by name."""

    probabilities: NDArray[np.float64]
    chosen: Mapping[str, float] = field(default_factory=dict)


class Entrant(ABC):
    """name: in tables and file names. is_control: whether it is there to be beaten. reads: kind of input."""

    name: str
    is_control = False
    reads: InputKind = "flow"

    def meet(self, labels: tuple[str, ...]) -> None:  # noqa: B027  (most need not know)
        """Told the classes of the data set before it is asked for anything else."""

    @property
    def settings(self) -> dict[str, Any]:
        """Everything but data and seed that decides the answers, JSON-able."""
        return {}

    @abstractmethod
    def features(self, shown: Sequence[NDArray[Any]]) -> NDArray[Any]:
        """What N clips show of the kind it reads -> (N, ...), each by itself: nothing is learned here.

        shown: (N, 2, S, S) float32 u, v in pixels, or (N, S, S, 3) uint8 BGR; clips and sequences one by one.
        """

    @abstractmethod
    def answer(self, training_set: TrainingSet, asked: NDArray[Any], seed: int, step: Step) -> Answer:
        """Learn from the lesson, answer the features of the clips that are asked, (m, ...)."""


def normalised(flow: Sequence[NDArray[np.float32]], size: int) -> NDArray[np.float32]:
    """(N, 2, S, S) raw flow -> (N, 3, size, size) u, v, strain after the clip normalisation."""
    return np.stack([normalise_flow(uv, size) for uv in flow])


def symmetric(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """(N, 3, S, S): the mean of each sample and its physical mirror (flipped, u negated)."""
    return (samples + mirror_flow(samples)) / 2
