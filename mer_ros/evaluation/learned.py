"""Networks as contestants: trained anew in every fold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from mer_ros.data.flow import mirror_flow
from mer_ros.errors import ConfigError, DataError
from mer_ros.evaluation.contestant import Answer, Contestant, Lesson, Step, normalised
from mer_ros.evaluation.entry import entrant, training_settings
from mer_ros.evaluation.protocol import held_out_people
from mer_ros.metrics import uf1
from mer_ros.recognition import create
from mer_ros.recognition.network import Network
from mer_ros.recognition.recogniser import device_of
from mer_ros.training.calibration import calibrate
from mer_ros.training.config import TrainConfig
from mer_ros.training.data import LabelledSet
from mer_ros.training.trainer import Epoch, Trainer, Watch

VALIDATION_SHARE = 0.2
"""Share of a lesson's people on whom epoch and temperature are chosen; they are not learned from."""


class Learned(Contestant):
    """One network with its training settings. The mirror is averaged over in the answers too."""

    def __init__(self, config: TrainConfig, device: str = "auto") -> None:
        self.name = config.system
        self.config = config
        self.device = device_of(device)
        if config.input.kind != "flow":
            raise ConfigError(
                f"{config.system!r} reads {config.input.kind!r} and the mirror is that of flow: set 'flow'."
            )

    @property
    def settings(self) -> dict[str, Any]:
        """What decides the answers; the device rounds differently."""
        return {
            **training_settings(self.config),
            "validation_share": VALIDATION_SHARE,
            "device": self.device.type,
        }

    def features(self, shown: Sequence[NDArray[Any]]) -> NDArray[np.float32]:
        """(N, 3, size, size), scaled for the network."""
        return self.config.input.scale(normalised(shown, self.config.input.size))

    def answer(self, lesson: Lesson, asked: NDArray[np.float32], seed: int, step: Step) -> Answer:
        """Train on most people of the lesson, choose the epoch and the temperature on the others."""
        held = held_out_people(lesson.people, VALIDATION_SHARE, seed)
        sides = [len(np.unique(lesson.truth[side])) for side in (~held, held)]
        if min(sides) < 2:
            raise DataError(
                f"{self.name!r} would learn from {sides[0]} and choose by {sides[1]} classes of the training "
                "subjects: give a set of more subjects."
            )
        train, validation = _labelled(lesson, ~held), _labelled(lesson, held)
        torch.manual_seed(seed)
        system = create(self.name, {**self.config.model, "n_labels": lesson.n_labels})
        trainer = Trainer(system, self.config.optimiser, self.device, seed)
        watch = Watch(lambda done, total, loss: step(done / total))
        best = [epoch for epoch in trainer.fit(train, validation, watch) if epoch.best][-1]
        temperature = calibrate(best.logits, validation.labels, prototypes=False, quantile=1.0).temperature
        logits = (self._logits(trainer, asked) + self._logits(trainer, mirror_flow(asked))) / 2
        chances = torch.softmax(logits.double() / temperature, 1).numpy()
        return Answer(chances, _chosen(best, temperature))

    def _logits(self, trainer: Trainer, samples: NDArray[np.float32]) -> torch.Tensor:
        """(m, C) float32 on the CPU, in evaluation mode."""
        with torch.inference_mode():
            parts = torch.from_numpy(samples).split(128)
            return torch.cat([trainer.system(x.to(self.device)).logits.float().cpu() for x in parts])


@entrant.register
def _network(system: Network, config: TrainConfig, device: str) -> Contestant:
    return Learned(config, device)


def _chosen(best: Epoch, temperature: float) -> dict[str, float]:
    return {
        "epoch": best.number + 1,
        "temperature": temperature,
        "validation_uf1": float(uf1(best.validation)),
    }


def _labelled(lesson: Lesson, side: NDArray[np.bool_]) -> LabelledSet:
    _, people = np.unique(lesson.people, return_inverse=True)
    return LabelledSet(
        torch.from_numpy(lesson.features[side]), torch.from_numpy(lesson.truth[side]), people[side]
    )
