"""A network trained for a fixed number of epochs on every clip of a training side: nothing is chosen.

This is how the field's source post trains (Intuitive Robots Lab, KIT, 2024: scores after 10 and 50 epochs).
Each number of epochs is a training of its own with a complete learning-rate schedule, so that a network of 10
epochs is a finished one. The post does not state its schedule.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray

from mer_ros import metrics
from mer_ros.errors import ConfigError, quantity
from mer_ros.explanation.methods.catalogue import attributions
from mer_ros.progress import Progress
from mer_ros.recognition.systems.network import Network
from mer_ros.training.config import TrainConfig
from mer_ros.training.entrant import FoldPrediction, TrainingSet
from mer_ros.training.families.choice import family_of
from mer_ros.training.families.networks import NetworkEntrant, Networks
from mer_ros.training.initialisation import freeze, initialise
from mer_ros.training.inspection import decoded, inspection
from mer_ros.training.network_training import best_of
from mer_ros.training.observer import ProgressOnly
from mer_ros.training.trainer import Trainer

TRAINING_UF1 = "training_uf1"
"""Name, among what a fold reports, of the UF1 on the clips that were trained on."""

_BATCH = 64


def trained_name(base: str, epochs: int) -> str:
    """Name of a system after a number of epochs.

    >>> trained_name("prototype", 10)
    'prototype, 10 epochs'
    """
    return f"{base}, {quantity(epochs, 'epoch')}"


class FixedEpochs(NetworkEntrant):
    """One network trained for ``epochs`` epochs. base: first part of its name (``trained_name``).

    Temperature is 1 and no training clip is held out. ConfigError for a system that is no single network.
    """

    choices = "Nothing is chosen: the number of epochs is fixed, and all training clips are trained on."

    def __init__(self, base: str, config: TrainConfig, epochs: int, device: str) -> None:
        family = family_of(config)
        if not isinstance(family, Networks):
            raise ConfigError(f"{config.system!r} is not trained in epochs: name a network.")
        options = replace(config.optimiser, epochs=epochs, patience=epochs)
        super().__init__(replace(config, optimiser=options), device, family.trainer)
        self.base, self.epochs = base, epochs
        self.name = trained_name(base, epochs)

    @property
    def settings(self) -> dict[str, Any]:
        """What decides the predictions."""
        settings = {**super().settings, "fixed_epochs": self.epochs}
        del settings["validation_share"]
        return settings

    def fit_predict(
        self, training_set: TrainingSet, test: NDArray[Any], seed: int, progress: Progress
    ) -> FoldPrediction:
        """Train on all clips of the training set and predict the others."""
        _, numbers = np.unique(training_set.subject_ids, return_inverse=True)
        train = self._labelled(training_set.features, training_set.truth, numbers)
        config = replace(self.config, seed=seed)
        system = cast(Network, initialise(config, training_set.n_labels, seed))
        freeze(system, config.transfer)
        trainer = self._make_trainer(system, config.optimiser, config, self.device)
        trainer.keep_last = True
        last = best_of(trainer.fit(train, train, ProgressOnly(progress)))
        samples = self._samples(test)
        logits = trainer.predict(samples).double()
        found = None
        if training_set.inspect:
            prototypes = decoded(system, config.input, self.epochs)
            found = inspection(system, train.data, samples, config.mirrors, prototypes)
            if found is not None:
                found = replace(found, maps=heat_maps(trainer, samples, logits.argmax(1)))
        chosen = {TRAINING_UF1: float(metrics.uf1(last.validation))}
        return FoldPrediction(torch.softmax(logits, 1).numpy(), chosen, (), found)


def heat_maps(trainer: Trainer, samples: torch.Tensor, answers: torch.Tensor) -> NDArray[np.float32]:
    """(m, h, w) Grad-CAM maps, as in the source post, of (m, 3, S, S) scaled samples, each for its answer.

    The weights are those of the system's ``cam_rule``. answers: (m,) int64.
    """
    method = "hires_cam" if trainer.system.cam_rule.weights == "cell" else "grad_cam"
    maps = [
        attributions(trainer.system, trainer.move(x), labels, method).maps
        for x, labels in zip(samples.split(_BATCH), answers.split(_BATCH), strict=True)
    ]
    return np.concatenate(maps).astype(np.float32)
