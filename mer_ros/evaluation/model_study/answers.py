"""The answers of a finished model to labelled clips: probabilities, latents, confusion and calibration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mer_ros import metrics
from mer_ros.data.clip_set import ClipSet
from mer_ros.evaluation.entrants.checkpoint import CheckpointEntrant
from mer_ros.metrics import Reliability, calibration_error, confusion_of, reliability
from mer_ros.progress import SILENT, Progress, counted
from mer_ros.recognition.recogniser import Recogniser
from mer_ros.training.entrant import TrainingSet

TASK = "answers of the model"


@dataclass(frozen=True, eq=False)
class Calibrated:
    """Confidence beside the share of right answers. error: ECE, 0..1. bins: see ``metrics.reliability``."""

    error: float
    bins: tuple[Reliability, ...]


@dataclass(frozen=True, eq=False)
class Answers:
    """N answers in the labels of the clips, nothing rejected.

    probabilities: (N, C) float64, rows sum to 1. latents: (N, D) float32, None for a model without them.
    """

    labels: tuple[str, ...]
    truth: NDArray[np.int64]
    subject_ids: NDArray[np.str_]
    probabilities: NDArray[np.float64]
    latents: NDArray[np.float32] | None

    @property
    def right(self) -> NDArray[np.bool_]:
        """(N,) whether the most probable label is the true one."""
        return np.asarray(self.probabilities.argmax(1) == self.truth)

    @property
    def confusion(self) -> NDArray[np.int64]:
        """(C, C), rows are true classes."""
        return confusion_of(self.truth, self.probabilities.argmax(1), len(self.labels))

    @property
    def scores(self) -> dict[str, float]:
        """Accuracy, UF1 and UAR."""
        return {name: float(metrics.METRICS[name](self.confusion)) for name in ("accuracy", "uf1", "uar")}

    @property
    def calibrated(self) -> Calibrated:
        """The calibration of the most probable label."""
        error = calibration_error(self.truth, self.probabilities)
        return Calibrated(error, tuple(reliability(self.truth, self.probabilities)))

    @property
    def first_half(self) -> NDArray[np.bool_]:
        """(N,) whether a clip belongs to the first half of the subjects, in the order of their names."""
        names = np.unique(self.subject_ids)
        return np.isin(self.subject_ids, names[: len(names) // 2])

    @property
    def one_class(self) -> str:
        """The class of all clips, "" where there are several."""
        found = np.unique(self.truth)
        return self.labels[found[0]] if len(found) == 1 else ""


def answers(recogniser: Recogniser, clips: ClipSet, progress: Progress = SILENT) -> Answers:
    """The answers to all clips, each averaged and calibrated as by the classifier node.

    DataError where the clips lack the input of the model, or have other labels (``data.label_mapping``).
    """
    entrant = CheckpointEntrant(recogniser, clips.labels)
    inputs = clips.inputs(recogniser.input_kind)
    features = _features(entrant, inputs, progress)
    probabilities = _probabilities(entrant, features, clips)
    n = len(recogniser.labels)
    latents = features[:, n:] if features.shape[1] > n else None
    return Answers(clips.labels, clips.truth, clips.subject_ids, probabilities, latents)


def probabilities_of(recogniser: Recogniser, inputs: Sequence[NDArray[Any]]) -> NDArray[np.float64]:
    """(M, C) probabilities of M inputs in the labels of the model."""
    entrant = CheckpointEntrant(recogniser, recogniser.labels)
    found = entrant.features(inputs)[:, : len(recogniser.labels)].astype(np.float64)
    found /= recogniser.card.calibration.temperature
    powers = np.exp(found - found.max(1, keepdims=True))
    return np.asarray(powers / powers.sum(1, keepdims=True))


def _features(
    entrant: CheckpointEntrant, inputs: Sequence[NDArray[Any]], progress: Progress
) -> NDArray[np.float32]:
    places = counted(range(len(inputs)), progress, TASK, len(inputs))
    return np.concatenate([entrant.features([inputs[place]]) for place in places])


def _probabilities(
    entrant: CheckpointEntrant, features: NDArray[np.float32], clips: ClipSet
) -> NDArray[np.float64]:
    no_clips = TrainingSet(features[:0], clips.truth[:0], clips.subject_ids[:0], len(clips.labels))
    return entrant.fit_predict(no_clips, features, 0, SILENT).probabilities
