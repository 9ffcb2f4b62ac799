"""A training loop that knows no model: it asks a Network for its output and its loss.

AdamW (Loshchilov and Hutter, arXiv:1711.05101) under a one-cycle schedule (Smith and Topin,
arXiv:1708.07120), gradients cut by norm, bfloat16 autocast where the device has it. The epoch
is chosen by unweighted F1 on validation subjects, never by others.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from mer_ros.metrics import confusion_of, uf1
from mer_ros.recognition.network import Network
from mer_ros.training.config import OptimiserConfig
from mer_ros.training.data import LabelledSet, batches, check_subjects, n_batches

ENCODED_SAMPLES = 1024
"""How many training samples an encoding pass reads."""


@dataclass(frozen=True, eq=False)
class Epoch:
    """What one epoch brought.

    loss: mean of the summed terms over its batches. terms: mean of each. validation: (C, C) confusion on
    validation subjects, rows are the truth. logits: (N, C) float32 there. best: the best so far.
    """

    number: int
    loss: float
    terms: dict[str, float]
    validation: NDArray[np.int64]
    logits: Tensor
    best: bool
    seconds: float


@dataclass(frozen=True, eq=False)
class Watch:
    """What the caller wants to hear.

    step: each step (done, total, loss). epoch: each epoch, best first saved there. stage: asked with the name
    of any other work; what it gives is told how much of it is done, and of how much.
    """

    step: Callable[[int, int, float], None] = lambda done, total, loss: None
    epoch: Callable[[Epoch], None] = lambda epoch: None
    stage: Callable[[str], Callable[[int, int], None]] = lambda name: lambda done, total: None


@dataclass
class Trainer:
    """Trains one system. After ``fit`` the system holds the weights of its best epoch, in evaluation mode."""

    system: Network
    config: OptimiserConfig
    device: torch.device = field(default_factory=lambda: torch.device("cpu"))
    seed: int = 0

    def fit(self, train: LabelledSet, validation: LabelledSet, watch: Watch | None = None) -> list[Epoch]:
        """All epochs until the last or until patience ends."""
        check_subjects(train, validation)
        watch = watch or Watch()
        system = self.system.to(self.device, memory_format=torch.channels_last)
        self._half = _bfloat16_pays(self.device)
        steps = n_batches(len(train), self.config.batch)
        total = steps * self.config.epochs
        groups = _groups(system, self.config.weight_decay)
        optimiser = torch.optim.AdamW(groups, self.config.learning_rate, fused=True)
        # OneCycleLR divides by the steps of its rise less one, so the rise has two at least.
        warm_up = max(self.config.warm_up, 2 / (total + 1))
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimiser, self.config.learning_rate, total_steps=total + 1, pct_start=min(warm_up, 1.0)
        )
        generator = torch.Generator().manual_seed(self.seed)
        history: list[Epoch] = []
        best_score, best_number = -1.0, 0
        best_weights = copy.deepcopy(system.state_dict())
        for number in range(self.config.epochs):
            began = time.monotonic()
            system.on_epoch_start(number, lambda: self._encode(train, generator))
            sums: dict[str, float] = {}
            for step, (x, y) in enumerate(batches(train, self.config.batch, self.config.mirror, generator)):
                terms = self._step(optimiser, x, y)
                schedule.step()
                for name, value in terms.items():
                    sums[name] = sums.get(name, 0.0) + value / steps
                watch.step(number * steps + step + 1, total, sum(terms.values()))
            logits = self.logits(validation)
            truth, answers = validation.labels.numpy(), logits.argmax(1).numpy()
            confusion = confusion_of(truth, answers, logits.shape[1])
            score = float(uf1(confusion))
            best = score > best_score
            if best:
                best_score, best_number = score, number
                best_weights = copy.deepcopy(system.state_dict())
            seconds = time.monotonic() - began
            history.append(Epoch(number, sum(sums.values()), sums, confusion, logits, best, seconds))
            watch.epoch(history[-1])
            if number - best_number >= self.config.patience:
                break
        system.load_state_dict(best_weights)
        system.eval()
        return history

    @torch.inference_mode()
    def logits(self, data: LabelledSet) -> Tensor:
        """(N, C) float32 on the CPU, in evaluation mode and full precision."""
        self.system.eval()
        parts = [self.system(self._move(x)).logits.float().cpu() for x in data.data.split(128)]
        return torch.cat(parts)

    def _step(self, optimiser: torch.optim.Optimizer, x: Tensor, y: Tensor) -> dict[str, float]:
        self.system.train()
        x, y = self._move(x), y.to(self.device)
        optimiser.zero_grad(set_to_none=True)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self._half):
            output = self.system(x)
        terms = self.system.loss(output, x, y)
        torch.stack(list(terms.values())).sum().backward()
        nn.utils.clip_grad_norm_(self.system.parameters(), self.config.gradient_norm)
        optimiser.step()
        return {name: float(term.detach()) for name, term in terms.items()}

    @torch.no_grad()
    def _encode(self, data: LabelledSet, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Latents (N, D) and labels (N,) of some training samples, by batch statistics as in training."""
        self.system.train()
        index = torch.randperm(len(data), generator=generator)[:ENCODED_SAMPLES]
        latents, labels = [], []
        for part in index.split(max(self.config.batch, 2)):
            if len(part) >= 2:
                with torch.autocast(self.device.type, torch.bfloat16, enabled=self._half):
                    latents.append(self.system(self._move(data.data[part])).latent.float())
                labels.append(data.labels[part].to(self.device))
        return torch.cat(latents), torch.cat(labels)

    def _move(self, x: Tensor) -> Tensor:
        return x.to(self.device, memory_format=torch.channels_last)


def _groups(system: nn.Module, weight_decay: float) -> list[dict[str, object]]:
    """Matrices decay; vectors (biases, norms) and prototypes, which are points, do not."""
    decayed = [p for n, p in system.named_parameters() if p.ndim >= 2 and n != "prototypes"]
    free = [p for n, p in system.named_parameters() if p.ndim < 2 or n == "prototypes"]
    return [{"params": decayed, "weight_decay": weight_decay}, {"params": free, "weight_decay": 0.0}]


def _bfloat16_pays(device: torch.device) -> bool:
    """Whether the device multiplies matrices in bfloat16 by itself. A CPU without that only emulates it."""
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported()
    able = torch.cpu.get_capabilities()
    return bool(able.get("amx_bf16") or able.get("avx512_bf16"))
