"""Descriptors with a machine as contestants: described once, the machine learned anew in every fold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from mer_ros.evaluation.entry import entrant_of, training_settings
from mer_ros.evaluation.linear_head import softmax
from mer_ros.recognition import create
from mer_ros.recognition.systems.lbp_svm import LbpSvm
from mer_ros.training.config import TrainConfig
from mer_ros.training.entrant import Answer, Entrant, Step, TrainingSet
from mer_ros.training.families.lbp_svm import features_of, fit


class LbpSvmEntrant(Entrant):
    """One descriptor; its machine, settings and temperature come from the training people alone."""

    reads = "clip"

    def __init__(self, config: TrainConfig) -> None:
        self.name = config.system
        self.config = config

    @property
    def settings(self) -> dict[str, Any]:
        """What decides the answers."""
        return training_settings(self.config)

    def features(self, shown: Sequence[NDArray[Any]]) -> NDArray[np.float32]:
        """(N, D)."""
        return features_of(self._system(2), self.config.input, shown)

    def answer(self, training_set: TrainingSet, asked: NDArray[Any], seed: int, step: Step) -> Answer:
        """Fit and answer."""
        system = self._system(training_set.n_labels)
        found = fit(
            system,
            training_set.features,
            training_set.truth,
            training_set.subject_ids,
            lambda done, total: step(done / total),
        )
        scores = found.system.machine.scores(asked)
        return Answer(softmax(scores / found.calibration.temperature), found.chosen)

    def _system(self, n_labels: int) -> LbpSvm:
        return cast(LbpSvm, create(self.name, {**self.config.model, "n_labels": n_labels}))


@entrant_of.register
def _described(system: LbpSvm, config: TrainConfig, device: str) -> Entrant:
    return LbpSvmEntrant(config)
