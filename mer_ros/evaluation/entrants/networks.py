"""Networks as contestants: trained anew in every fold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray

from mer_ros.data.subjects import held_out_subjects
from mer_ros.errors import ConfigError, DataError
from mer_ros.evaluation.entry import entrant_of, training_settings
from mer_ros.metrics import uf1
from mer_ros.recognition.recogniser import device_of
from mer_ros.recognition.systems.network import Network
from mer_ros.training.calibration import calibrate
from mer_ros.training.config import TrainConfig
from mer_ros.training.entrant import Answer, Entrant, Step, TrainingSet
from mer_ros.training.families.networks import trainer_of
from mer_ros.training.initialisation import freeze, initialise, names_of_start
from mer_ros.training.labelled_set import LabelledSet, from_shown
from mer_ros.training.trainer import Watch
from mer_ros.training.training_state import Epoch

VALIDATION_SHARE = 0.2
"""Share of a lesson's people on whom epoch and temperature are chosen; they are not learned from."""


class NetworkEntrant(Entrant):
    """One network with its training settings, or several that differ in their seed and answer together."""

    def __init__(self, config: TrainConfig, device: str = "auto") -> None:
        self.name = config.system
        self.config = config
        self.device = device_of(device)
        self.reads = config.input.kind
        if config.macro_epochs:
            raise ConfigError(
                "'macro_epochs' are of 'mer train': train on macro-expressions once, and name the checkpoint "
                "as 'start' here."
            )

    @property
    def settings(self) -> dict[str, Any]:
        """What decides the answers; the device rounds differently."""
        return {
            **training_settings(self.config),
            "starts": names_of_start(self.config),
            "validation_share": VALIDATION_SHARE,
            "device": self.device.type,
        }

    def features(self, shown: Sequence[NDArray[Any]]) -> NDArray[Any]:
        """What is shown as it is, for a training varies raw flow.

        (N, 2, S, S) float32 u, v in pixels, or (N, S, S, 3) uint8 BGR.
        """
        return np.asarray(shown, np.float32 if self.reads == "flow" else None)

    def answer(self, training_set: TrainingSet, asked: NDArray[Any], seed: int, step: Step) -> Answer:
        """Train on most people of the lesson, choose the epoch and the temperature on the others."""
        held = held_aside(self.name, training_set, seed)
        train, validation = self._labelled(training_set, ~held), self._labelled(training_set, held)
        spec, n = self.config.input, self.config.ensemble
        samples = torch.from_numpy(spec.scale(np.stack([spec.read(one).data for one in asked])))
        logs, chosen = [], []
        for member in range(n):
            config = replace(self.config, seed=seed + member)
            system = cast(Network, initialise(config, training_set.n_labels, config.seed))
            freeze(system, config.transfer)
            trainer = trainer_of(system, config.optimiser, config, self.device)
            watch = Watch(lambda done, total, loss, k=member: step((k + done / total) / n))  # type: ignore[misc]
            best = [epoch for epoch in trainer.fit(train, validation, watch) if epoch.best][-1]
            temperature = calibrate(best.logits, validation.labels, False, quantile=1.0).temperature
            logs.append(torch.log_softmax(trainer.answers(samples).double() / temperature, 1))
            chosen.append(chosen_of(best, temperature))
        chances = torch.softmax(torch.stack(logs).mean(0), 1).numpy()
        return Answer(chances, {name: float(np.mean([one[name] for one in chosen])) for name in chosen[0]})

    def _labelled(self, training_set: TrainingSet, side: NDArray[np.bool_]) -> LabelledSet:
        _, subject_ids = np.unique(training_set.subject_ids, return_inverse=True)
        shown = list(training_set.features[side])
        return from_shown(shown, training_set.truth[side], subject_ids[side], self.config.input)


@entrant_of.register
def _network(system: Network, config: TrainConfig, device: str) -> Entrant:
    return NetworkEntrant(config, device)


def held_aside(name: str, training_set: TrainingSet, seed: int) -> NDArray[np.bool_]:
    """(n,) the clips of the people to choose by; DataError where either side would know a single class."""
    held = held_out_subjects(training_set.subject_ids, VALIDATION_SHARE, seed)
    sides = [len(np.unique(training_set.truth[side])) for side in (~held, held)]
    if min(sides) < 2:
        raise DataError(
            f"{name!r} would learn from {sides[0]} and choose by {sides[1]} classes of the training "
            "subjects: give a set of more subjects."
        )
    return held


def chosen_of(best: Epoch, temperature: float) -> dict[str, float]:
    """What was chosen in a fold, by name."""
    return {
        "epoch": best.number + 1,
        "temperature": temperature,
        "validation_uf1": float(uf1(best.validation)),
    }
