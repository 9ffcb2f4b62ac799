"""Training of ME-PLAN in episodes: the queries of an episode are classified by its support.

Optimiser, schedule and the choice of the epoch are those of ``Trainer``. After each epoch the class means of
training samples become the prototypes, and all classes are validated at once; no validation subject is in the
support.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mer_ros.recognition.systems.me_plan import MePlan
from mer_ros.training.episodes import Episode, Episodes
from mer_ros.training.labelled_set import LabelledSet, mirror_share
from mer_ros.training.trainer import Trainer
from mer_ros.training.training_state import TrainingState

SUPPORT_SAMPLES = 2048
"""Largest number of training samples, drawn once, whose means are the prototypes."""


@dataclass
class EpisodicTrainer(Trainer):
    """Trains one ME-PLAN. After ``fit`` it holds the weights and the prototypes of its best epoch.

    An epoch has as many episodes as show the number of training samples once.
    """

    memory_format = torch.channels_last_3d

    system: MePlan

    def prepare(self, train: LabelledSet, generator: torch.Generator) -> None:
        """Draw the support of the prototypes. DataError where the samples do not suffice for an episode."""
        self._episodes = Episodes(train.labels, self.system.config.episode)
        self._support = torch.randperm(len(train), generator=generator)[:SUPPORT_SAMPLES]

    @property
    def _episodes_per_step(self) -> int:
        return max(1, round(self.config.batch / self.system.config.episode.samples))

    def steps_per_epoch(self, train: LabelledSet) -> int:
        """See ``Trainer``."""
        shown = self._episodes_per_step * self.system.config.episode.samples
        return max(1, round(len(train) / shown))

    def train_steps(self, train: LabelledSet, state: TrainingState) -> Iterator[dict[str, float]]:
        """See ``Trainer``."""
        for _ in range(self.steps_per_epoch(train)):
            episodes = [self._episodes.draw(state.generator) for _ in range(self._episodes_per_step)]
            yield {"cross_entropy": self._episodic_step(state.optimiser, train, episodes, state.generator)}

    def finish_epoch(self, train: LabelledSet) -> None:
        """Compute the prototypes from the support."""
        self.system.set_prototypes(*self._embedded(train, self._support))

    def _episodic_step(
        self,
        optimiser: torch.optim.Optimizer,
        train: LabelledSet,
        episodes: list[Episode],
        generator: torch.Generator,
    ) -> float:
        """One optimiser step: all samples in one forward pass, one loss for each episode. The mean loss."""
        index = torch.cat([torch.cat([episode.support, episode.query]) for episode in episodes])
        x = mirror_share(train.data[index], self.config.mirror, train.kind, generator)
        self.system.train()
        optimiser.zero_grad(set_to_none=True)
        # float32 on a CPU: oneDNN's bfloat16 gradients of convolutions over two frames are wrong.
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.device.type == "cuda"):
            latents = self.system.encode(self.move(x))
        losses, first = [], 0
        for episode in episodes:
            middle = first + len(episode.support)
            support, query = latents[first:middle], latents[middle : middle + len(episode.query)]
            logits = self.system.episode_logits(support, episode.support_classes.to(self.device), query)
            losses.append(F.cross_entropy(logits, episode.query_classes.to(self.device)))
            first = middle + len(episode.query)
        loss = torch.stack(losses).mean()
        loss.backward()
        nn.utils.clip_grad_norm_(self.trainable, self.config.gradient_norm)
        optimiser.step()
        return float(loss.detach())

    @torch.inference_mode()
    def _embedded(self, data: LabelledSet, index: Tensor) -> tuple[Tensor, Tensor]:
        """Embeddings (n, D) and labels (n,) of the samples at ``index``, in evaluation mode."""
        self.system.eval()
        parts = [self.system.encode(self.move(data.data[part])).float() for part in index.split(64)]
        return torch.cat(parts), data.labels[index].to(self.device)

    def move(self, x: Tensor) -> Tensor:
        """A batch of samples on the device; their layout is left to the network."""
        return x.to(self.device)
