"""A training loop of episodes for ME-PLAN: the support of an episode tells its queries' classes.

Optimiser, schedule and choice of the epoch are those of every network. After each epoch the classes' means of
training samples become the prototypes, and the epoch is judged by all classes at once on validation
subjects: none of them is in the support.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mer_ros.recognition.systems.me_plan import MePlan
from mer_ros.training.episodes import Episode, Episodes
from mer_ros.training.labelled_set import LabelledSet, check_subjects, mirror_share
from mer_ros.training.resume_file import ResumeFile
from mer_ros.training.trainer import Trainer, Watch
from mer_ros.training.training_state import Epoch, TrainingState

SUPPORT_SAMPLES = 2048
"""At most so many training samples, drawn once, are the support of the prototypes."""


@dataclass
class EpisodicTrainer(Trainer):
    """Trains one ME-PLAN. After ``fit`` it holds weights and prototypes of its best epoch, to be asked."""

    system: MePlan

    def fit(
        self,
        train: LabelledSet,
        validation: LabelledSet,
        watch: Watch | None = None,
        resume_file: ResumeFile | None = None,
    ) -> list[Epoch]:
        """As ``Trainer.fit``; an epoch is so many episodes that as many samples are shown as there are."""
        check_subjects(train, validation)
        watch = watch or Watch()
        episode = self.system.config.episode
        drawn = Episodes(train.labels, episode)
        each = max(1, round(self.config.batch / episode.samples))  # episodes a step
        steps = max(1, round(len(train) / (each * episode.samples)))
        total = steps * self.config.epochs
        system = self.system.to(self.device, memory_format=torch.channels_last_3d)
        run = TrainingState.begin(system, self.config, total, self.seed)
        support = torch.randperm(len(train), generator=run.generator)[:SUPPORT_SAMPLES]
        kept = resume_file.read() if resume_file else None
        if kept:
            run.restore(*kept)
            watch.resumed(len(run.history))
        while len(run.history) < self.config.epochs and not run.patience_is_over:
            number, began, loss = len(run.history), time.monotonic(), 0.0
            for step in range(steps):
                episodes = [drawn.draw(run.generator) for _ in range(each)]
                last = self._episodes(run.optimiser, train, episodes, run.generator)
                run.schedule.step()
                loss += last / steps
                watch.step(number * steps + step + 1, total, last)
            system.take_support(*self._encoded(train, support))
            seconds = time.monotonic() - began
            run.add({"cross_entropy": loss}, self.logits(validation), validation.labels, seconds)
            watch.epoch(run.history[-1])
            if resume_file:
                resume_file.write(*run.state())
        system.load_state_dict(run.best_weights)
        system.eval()
        return run.history

    def _episodes(
        self,
        optimiser: torch.optim.Optimizer,
        train: LabelledSet,
        episodes: list[Episode],
        generator: torch.Generator,
    ) -> float:
        """A step: all samples of the episodes in one pass, then each episode by itself. The mean loss."""
        index = torch.cat([torch.cat([episode.support, episode.query]) for episode in episodes])
        x = mirror_share(train.data[index], self.config.mirror, train.kind, generator)
        self.system.train()
        optimiser.zero_grad(set_to_none=True)
        # On a CPU all is float32: oneDNN's bfloat16 gradients of convolutions over two frames are wrong.
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.device.type == "cuda"):
            latents = self.system.encode(self._move(x))
        losses, first = [], 0
        for episode in episodes:
            asked = first + len(episode.support)
            support, query = latents[first:asked], latents[asked : asked + len(episode.query)]
            logits = self.system.episode_logits(support, episode.support_classes.to(self.device), query)
            losses.append(F.cross_entropy(logits, episode.query_classes.to(self.device)))
            first = asked + len(episode.query)
        loss = torch.stack(losses).mean()
        loss.backward()
        nn.utils.clip_grad_norm_(self.learning, self.config.gradient_norm)
        optimiser.step()
        return float(loss.detach())

    @torch.inference_mode()
    def _encoded(self, data: LabelledSet, index: Tensor) -> tuple[Tensor, Tensor]:
        """Embeddings (n, D) and labels (n,) of some samples, as they are asked: in evaluation mode."""
        self.system.eval()
        parts = [self.system.encode(self._move(data.data[part])).float() for part in index.split(64)]
        return torch.cat(parts), data.labels[index].to(self.device)

    def _move(self, x: Tensor) -> Tensor:
        return x.to(self.device)
