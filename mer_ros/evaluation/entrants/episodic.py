"""ME-PLAN as a contestant: in every fold trained in episodes, its support the training people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray

from mer_ros.evaluation.entrants.networks import VALIDATION_SHARE, chosen_of, held_aside
from mer_ros.evaluation.entry import entrant_of, training_settings
from mer_ros.recognition.recogniser import device_of
from mer_ros.recognition.systems.me_plan import MePlan
from mer_ros.training.calibration import calibrate
from mer_ros.training.config import TrainConfig
from mer_ros.training.entrant import Answer, Entrant, Step, TrainingSet
from mer_ros.training.families import episodic  # noqa: F401  (joins ``trainer_of``)
from mer_ros.training.families.networks import trainer_of
from mer_ros.training.initialisation import freeze, initialise, names_of_start
from mer_ros.training.labelled_set import LabelledSet
from mer_ros.training.trainer import Watch


class EpisodicEntrant(Entrant):
    """ME-PLAN with its training settings. Who chooses epoch and temperature is in no support."""

    reads = "sequence"

    def __init__(self, config: TrainConfig, device: str = "auto") -> None:
        self.name = config.system
        self.config = config
        self.device = device_of(device)

    @property
    def settings(self) -> dict[str, Any]:
        """What decides the answers; the device rounds differently."""
        return {
            **training_settings(self.config),
            "starts": names_of_start(self.config),
            "validation_share": VALIDATION_SHARE,
            "device": self.device.type,
        }

    def features(self, shown: Sequence[NDArray[Any]]) -> NDArray[np.float32]:
        """(N, frames, 3, size, size), scaled for the network."""
        spec = self.config.input
        return np.stack([spec.scale(spec.read(one).data) for one in shown])

    def answer(self, training_set: TrainingSet, asked: NDArray[Any], seed: int, step: Step) -> Answer:
        """Train on most people of the lesson, choose the epoch and the temperature on the others."""
        held = held_aside(self.name, training_set, seed)
        _, subject_ids = np.unique(training_set.subject_ids, return_inverse=True)
        train, validation = (
            LabelledSet(
                torch.from_numpy(training_set.features[side]),
                torch.from_numpy(training_set.truth[side]),
                subject_ids[side],
                kind="sequence",
            )
            for side in (~held, held)
        )
        config = replace(self.config, seed=seed)
        system = cast(MePlan, initialise(config, training_set.n_labels, seed))
        freeze(system, config.transfer)
        trainer = trainer_of(system, config.optimiser, config, self.device)
        history = trainer.fit(train, validation, Watch(lambda done, total, loss: step(done / total)))
        best = [epoch for epoch in history if epoch.best][-1]
        temperature = calibrate(best.logits, validation.labels, prototypes=False, quantile=1.0).temperature
        logits = trainer.answers(torch.from_numpy(asked))
        chances = torch.softmax(logits.double() / temperature, 1).numpy()
        return Answer(chances, chosen_of(best, temperature))


@entrant_of.register
def _me_plan(system: MePlan, config: TrainConfig, device: str) -> Entrant:
    return EpisodicEntrant(config, device)
