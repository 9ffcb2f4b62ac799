"""ME-PLAN: a network trained in episodes; its prototypes are the class means of training subjects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray

from mer_ros.errors import ConfigError
from mer_ros.progress import Progress
from mer_ros.recognition.systems.me_plan import MePlan
from mer_ros.recognition.systems.network import Network
from mer_ros.training.config import OptimiserConfig, TrainConfig
from mer_ros.training.entrant import Entrant, FoldPrediction, TrainingSet
from mer_ros.training.episodic_trainer import EpisodicTrainer
from mer_ros.training.families.networks import NetworkEntrant, Networks
from mer_ros.training.labelled_set import LabelledSet
from mer_ros.training.trainer import Trainer
from mer_ros.training.unread_settings import Unread


class Episodic(Networks):
    """One network of sequences, trained in episodes. No probe reads its features yet."""

    in_shares = False  # the classes of an episode are balanced

    def trainer(
        self, system: Network, options: OptimiserConfig, config: TrainConfig, device: torch.device
    ) -> Trainer:
        """See ``Networks``."""
        return EpisodicTrainer(cast(MePlan, system), options, device, config.seed, mirror=config.mirrors)

    def entrant(self, config: TrainConfig, device: str) -> Entrant:
        """See ``Family``."""
        return EpisodicEntrant(config, device, self.trainer)

    def unread(self, config: TrainConfig) -> tuple[Unread, ...]:
        """As for other networks, and the balance of classes."""
        balance = Unread("Training in episodes, whose classes are balanced,", ("optimiser.balance",))
        return (*super().unread(config), balance)

    def check(self, config: TrainConfig) -> None:
        """Refuse an ensemble."""
        if config.ensemble > 1:
            raise ConfigError(
                "networks that read sequences support no ensemble: set 'ensemble' to 1, or omit it."
            )


class EpisodicEntrant(NetworkEntrant):
    """ME-PLAN with its training settings. The subjects who choose epoch and temperature are not in the
    support.
    """

    def features(self, inputs: Sequence[NDArray[Any]]) -> NDArray[np.float32]:
        """(N, frames, 3, size, size), scaled for the network."""
        spec = self.config.input
        return np.stack([spec.scale(spec.read(one).data) for one in inputs])

    def fit_predict(
        self, training_set: TrainingSet, test: NDArray[Any], seed: int, progress: Progress
    ) -> FoldPrediction:
        """As ``NetworkEntrant``, with one network."""
        stages = self._stages(training_set, seed)
        fit = self._fit(stages, training_set.n_labels, seed, progress, training_set.inspect)
        samples = self._samples(test)
        logits = fit.trainer.predict(samples).double()
        probabilities = torch.softmax(logits / fit.chosen["temperature"], 1).numpy()
        return self._prediction(probabilities, fit.chosen, fit, training_set, samples)

    def _samples(self, features: NDArray[Any]) -> torch.Tensor:
        return torch.from_numpy(np.array(features, np.float32))

    def _labelled(
        self, features: NDArray[Any], truth: NDArray[np.int64], subjects: NDArray[np.int64]
    ) -> LabelledSet:
        return LabelledSet(
            torch.from_numpy(features), torch.from_numpy(truth), subjects, kind=self.config.input.kind
        )


FAMILY = Episodic()
