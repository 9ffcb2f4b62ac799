"""A training loop that knows no model: a ``Network`` gives its output and its loss.

AdamW (Loshchilov and Hutter, arXiv:1711.05101) under a one-cycle schedule (Smith and Topin,
arXiv:1708.07120), gradients clipped by norm, bfloat16 autocast where the device computes in it. The best
epoch has the highest unweighted F1 on the validation subjects, or is the last one where none is chosen.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar

import torch
from torch import Tensor, nn

from mer_ros.recognition.mirror_averaging import answer
from mer_ros.recognition.systems.network import Network
from mer_ros.training.config import OptimiserConfig
from mer_ros.training.labelled_set import LabelledSet, Vary, batches, check_subjects, n_batches
from mer_ros.training.observer import SILENT_TRAINING, TrainingObserver
from mer_ros.training.resume_file import ResumeFile
from mer_ros.training.training_state import Epoch, TrainingState

ENCODED_SAMPLES = 1024
"""Number of training samples that are encoded for ``Network.on_epoch_start``."""

TASK = "training"
"""The task reported to the observer: all steps of all epochs."""


@dataclass
class Trainer:
    """Trains one network on batches. After ``fit`` it holds the weights of its best epoch, in evaluation
    mode.

    config: optimiser and schedule. seed: of the order of samples and of their variation. vary: augments the
    raw flow of a batch; None trains on the samples as they are. mirror: outputs are the mean over a sample
    and its mirror image. keep_last: the best epoch is the last one whatever its score, so validation samples
    may be those that are trained on.

    Another way to take steps is a subclass: it defines ``steps_per_epoch``, ``train_steps`` and, where it
    needs them, ``prepare`` and ``finish_epoch``; the epoch loop, the schedule, validation and resumption are
    shared.
    """

    memory_format: ClassVar[torch.memory_format] = torch.channels_last

    system: Network
    config: OptimiserConfig
    device: torch.device = field(default_factory=lambda: torch.device("cpu"))
    seed: int = 0
    vary: Vary | None = None
    mirror: bool = False
    keep_last: bool = False

    def fit(
        self,
        train: LabelledSet,
        validation: LabelledSet,
        observer: TrainingObserver = SILENT_TRAINING,
        resume_file: ResumeFile | None = None,
    ) -> list[Epoch]:
        """Train until the last epoch or until patience ends; the results of all epochs.

        resume_file: stores the state after every epoch. If it holds the state of an interrupted run, training
        continues from there and ends with the same weights as an uninterrupted run.
        DataError if a subject is in both sets, unless ``keep_last`` is set.
        """
        if not self.keep_last:
            check_subjects(train, validation)
        # torch's annotation of Module.to omits memory_format
        system = self.system.to(self.device, memory_format=self.memory_format)  # type: ignore[call-overload]
        steps = self.steps_per_epoch(train)
        total = steps * self.config.epochs
        state = TrainingState.begin(system, self.config, total, self.seed)
        self.prepare(train, state.generator)
        stored = resume_file.read() if resume_file else None
        if stored:
            state.restore(*stored)
            observer.run_resumed(len(state.history))
        observer.started(TASK, total)
        while len(state.history) < self.config.epochs and not state.patience_is_over:
            number, start = len(state.history), time.monotonic()
            system.on_epoch_start(number, lambda: self._encode(train, state.generator))
            sums: dict[str, float] = {}
            for step, terms in enumerate(self.train_steps(train, state)):
                state.schedule.step()
                for name, value in terms.items():
                    sums[name] = sums.get(name, 0.0) + value / steps
                observer.advanced(TASK, number * steps + step + 1, f"loss {sum(terms.values()):.3f}")
            self.finish_epoch(train)
            logits = self.logits(validation)
            state.add(sums, logits, validation.labels, time.monotonic() - start, self.keep_last)
            observer.epoch_finished(state.history[-1])
            if resume_file:
                resume_file.write(*state.state())
        observer.finished(TASK)
        system.load_state_dict(state.best_weights)
        system.eval()
        return state.history

    def prepare(self, train: LabelledSet, generator: torch.Generator) -> None:
        """Called once, before the first epoch."""

    def steps_per_epoch(self, train: LabelledSet) -> int:
        """Number of optimiser steps in an epoch."""
        return n_batches(len(train), self.config.batch)

    def train_steps(self, train: LabelledSet, state: TrainingState) -> Iterator[dict[str, float]]:
        """Take the optimiser steps of one epoch; yields the terms of the loss after each."""
        config = self.config
        for x, y in batches(train, config.batch, config.mirror, state.generator, self.vary, config.balance):
            yield self.step(state.optimiser, x, y)

    def finish_epoch(self, train: LabelledSet) -> None:
        """Called after the last step of an epoch, before validation."""

    @cached_property
    def _half(self) -> bool:
        return _bfloat16_pays(self.device)

    @property
    def trainable(self) -> list[nn.Parameter]:
        """The parameters that are not frozen."""
        return [p for p in self.system.parameters() if p.requires_grad]

    def logits(self, data: LabelledSet) -> Tensor:
        """(N, C) float32 on the CPU, in evaluation mode and full precision."""
        return self.predict(data.data)

    @torch.inference_mode()
    def predict(self, samples: Tensor) -> Tensor:
        """As ``logits``, for (N, 3, S, S) scaled samples."""
        self.system.eval()
        parts = [answer(self.system, self.move(x), self.mirror).logits for x in samples.split(64)]
        return torch.cat(parts).float().cpu()

    def step(self, optimiser: torch.optim.Optimizer, x: Tensor, y: Tensor) -> dict[str, float]:
        """One optimiser step on (B, 3, S, S) samples and (B,) labels; the terms of the loss."""
        self.system.train()
        x, y = self.move(x), y.to(self.device)
        optimiser.zero_grad(set_to_none=True)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self._half):
            output = self.system(x)
        terms = self.system.loss(output, x, y)
        torch.stack(list(terms.values())).sum().backward()
        nn.utils.clip_grad_norm_(self.trainable, self.config.gradient_norm)
        optimiser.step()
        return {name: float(term.detach()) for name, term in terms.items()}

    @torch.no_grad()
    def _encode(self, data: LabelledSet, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Latents (N, D) and labels (N,) of random training samples, with batch statistics as in training."""
        self.system.train()
        index = torch.randperm(len(data), generator=generator)[:ENCODED_SAMPLES]
        latents, labels = [], []
        for part in index.split(max(self.config.batch, 2)):
            if len(part) >= 2:
                with torch.autocast(self.device.type, torch.bfloat16, enabled=self._half):
                    latent = self.system(self.move(data.data[part])).latent
                    assert latent is not None  # networks whose epochs begin with latents return them
                    latents.append(latent.float())
                labels.append(data.labels[part].to(self.device))
        return torch.cat(latents), torch.cat(labels)

    def move(self, x: Tensor) -> Tensor:
        """A batch of samples on the device, in the memory format of the network."""
        return x.to(self.device, memory_format=self.memory_format)


def _bfloat16_pays(device: torch.device) -> bool:
    """Whether the device multiplies bfloat16 matrices in hardware; other CPUs emulate it, which is slower."""
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported()
    able = torch.cpu.get_capabilities()
    return bool(able.get("amx_bf16") or able.get("avx512_bf16"))
