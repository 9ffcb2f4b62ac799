"""A training loop of episodes for ME-PLAN: the support of an episode tells its queries' classes.

Optimiser, schedule and choice of the epoch are those of ``trainer``. After each epoch the classes' means of
training samples become the prototypes, and the epoch is judged by all classes at once on validation
subjects: none of them is in the support.
"""

from __future__ import annotations

import copy
import time
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mer_ros.data.flow import mirror_flow
from mer_ros.metrics import confusion_of, uf1
from mer_ros.recognition.me_plan import MePlan
from mer_ros.training.config import OptimiserConfig
from mer_ros.training.data import LabelledSet, check_subjects
from mer_ros.training.episodes import Episode, Episodes
from mer_ros.training.trainer import Epoch, Watch

SUPPORT_SAMPLES = 2048
"""At most so many training samples, drawn once, are the support of the prototypes."""


@dataclass
class EpisodicTrainer:
    """Trains one ME-PLAN. After ``fit`` it holds weights and prototypes of its best epoch, to be asked."""

    system: MePlan
    config: OptimiserConfig
    device: torch.device = field(default_factory=lambda: torch.device("cpu"))
    seed: int = 0

    def fit(self, train: LabelledSet, validation: LabelledSet, watch: Watch | None = None) -> list[Epoch]:
        """All epochs until the last or until patience ends. An epoch shows as many samples as there are."""
        check_subjects(train, validation)
        watch = watch or Watch()
        episode = self.system.config.episode
        drawn = Episodes(train.labels, episode)
        each = max(1, round(self.config.batch / episode.samples))  # episodes a step
        steps = max(1, round(len(train) / (each * episode.samples)))
        total = steps * self.config.epochs
        system = self.system.to(self.device, memory_format=torch.channels_last_3d)
        matrices = [p for p in system.parameters() if p.ndim >= 2]
        vectors = [p for p in system.parameters() if p.ndim < 2]  # biases and norms do not decay
        groups = [
            {"params": matrices, "weight_decay": self.config.weight_decay},
            {"params": vectors, "weight_decay": 0.0},
        ]
        optimiser = torch.optim.AdamW(groups, self.config.learning_rate, fused=True)
        warm_up = max(self.config.warm_up, 2 / (total + 1))  # the schedule divides by its rise less one
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimiser, self.config.learning_rate, total_steps=total + 1, pct_start=min(warm_up, 1.0)
        )
        generator = torch.Generator().manual_seed(self.seed)
        support = torch.randperm(len(train), generator=generator)[:SUPPORT_SAMPLES]
        history: list[Epoch] = []
        best_score, best_number = -1.0, 0
        best_state = copy.deepcopy(system.state_dict())
        for number in range(self.config.epochs):
            began, losses = time.monotonic(), 0.0
            for step in range(steps):
                episodes = [drawn.draw(generator) for _ in range(each)]
                loss = self._step(optimiser, train, episodes, generator)
                schedule.step()
                losses += loss / steps
                watch.step(number * steps + step + 1, total, loss)
            system.take_support(*self._encoded(train, support))
            logits = self.logits(validation)
            confusion = confusion_of(
                validation.labels.numpy(), logits.argmax(1).numpy(), system.config.n_labels
            )
            best = float(uf1(confusion)) > best_score
            if best:
                best_score, best_number = float(uf1(confusion)), number
                best_state = copy.deepcopy(system.state_dict())
            terms, seconds = {"cross_entropy": losses}, time.monotonic() - began
            history.append(Epoch(number, losses, terms, confusion, logits, best, seconds))
            watch.epoch(history[-1])
            if number - best_number >= self.config.patience:
                break
        system.load_state_dict(best_state)
        system.eval()
        return history

    def logits(self, data: LabelledSet) -> Tensor:
        """(N, C) float32 on the CPU, of all classes, in evaluation mode and full precision."""
        return self.answers(data.data)

    @torch.inference_mode()
    def answers(self, samples: Tensor) -> Tensor:
        """(N, T, 3, S, S) float32 -> (N, C), as ``logits``."""
        self.system.eval()
        parts = [self.system(x.to(self.device)).logits.float().cpu() for x in samples.split(64)]
        return torch.cat(parts)

    def _step(
        self,
        optimiser: torch.optim.Optimizer,
        train: LabelledSet,
        episodes: list[Episode],
        generator: torch.Generator,
    ) -> float:
        """All samples of the episodes in one pass, then each episode by itself: the mean loss."""
        index = torch.cat([torch.cat([episode.support, episode.query]) for episode in episodes])
        x = train.data[index]
        flip = torch.rand(len(index), generator=generator) < self.config.mirror
        x[flip] = torch.from_numpy(mirror_flow(x[flip].numpy()))  # x is a copy: indexing by numbers makes one
        self.system.train()
        optimiser.zero_grad(set_to_none=True)
        # On a CPU all is float32: oneDNN's bfloat16 gradients of convolutions over two frames are wrong.
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.device.type == "cuda"):
            latents = self.system.encode(x.to(self.device))
        losses, first = [], 0
        for episode in episodes:
            asked = first + len(episode.support)
            support, query = latents[first:asked], latents[asked : asked + len(episode.query)]
            logits = self.system.episode_logits(support, episode.support_classes.to(self.device), query)
            losses.append(F.cross_entropy(logits, episode.query_classes.to(self.device)))
            first = asked + len(episode.query)
        loss = torch.stack(losses).mean()
        loss.backward()
        nn.utils.clip_grad_norm_(self.system.parameters(), self.config.gradient_norm)
        optimiser.step()
        return float(loss.detach())

    @torch.inference_mode()
    def _encoded(self, data: LabelledSet, index: Tensor) -> tuple[Tensor, Tensor]:
        """Embeddings (n, D) and labels (n,) of some samples, as they are asked: in evaluation mode."""
        self.system.eval()
        parts = [self.system.encode(data.data[part].to(self.device)).float() for part in index.split(64)]
        return torch.cat(parts), data.labels[index].to(self.device)
