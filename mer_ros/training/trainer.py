"""A training loop that knows no model: it asks a Network for its output and its loss.

AdamW (Loshchilov and Hutter, arXiv:1711.05101) under a one-cycle schedule (Smith and Topin,
arXiv:1708.07120), gradients cut by norm, bfloat16 autocast where the device has it. The epoch
is chosen by unweighted F1 on validation subjects, never by others.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

import torch
from torch import Tensor, nn

from mer_ros.recognition.mirror_averaging import answer
from mer_ros.recognition.systems.network import Network
from mer_ros.training.config import OptimiserConfig
from mer_ros.training.labelled_set import LabelledSet, Vary, batches, check_subjects, n_batches
from mer_ros.training.resume_file import ResumeFile
from mer_ros.training.training_state import Epoch, TrainingState

ENCODED_SAMPLES = 1024
"""How many training samples an encoding pass reads."""


@dataclass(frozen=True, eq=False)
class Watch:
    """What the caller wants to hear.

    step: each step (done, total, loss). epoch: each epoch, best first saved there. stage: asked with the name
    of any other work; what it gives is told how much of it is done, and of how much. resumed: how many
    epochs an earlier run has left.
    """

    step: Callable[[int, int, float], None] = lambda done, total, loss: None
    epoch: Callable[[Epoch], None] = lambda epoch: None
    stage: Callable[[str], Callable[[int, int], None]] = lambda name: lambda done, total: None
    resumed: Callable[[int], None] = lambda epochs: None


@dataclass
class Trainer:
    """Trains one system. After ``fit`` the system holds the weights of its best epoch, in evaluation mode.

    vary: makes the raw flow of a batch into varied samples; None shows them as they are. mirror: answers
    are the mean over a sample and its mirror image.
    """

    system: Network
    config: OptimiserConfig
    device: torch.device = field(default_factory=lambda: torch.device("cpu"))
    seed: int = 0
    vary: Vary | None = None
    mirror: bool = False

    def fit(
        self,
        train: LabelledSet,
        validation: LabelledSet,
        watch: Watch | None = None,
        resume_file: ResumeFile | None = None,
    ) -> list[Epoch]:
        """All epochs until the last or until patience ends.

        memory: keeps every finished epoch; what it holds is not done again, and the end is the same.
        """
        check_subjects(train, validation)
        watch = watch or Watch()
        system = self.system.to(self.device, memory_format=torch.channels_last)
        steps = n_batches(len(train), self.config.batch)
        total = steps * self.config.epochs
        run = TrainingState.begin(system, self.config, total, self.seed)
        kept = resume_file.read() if resume_file else None
        if kept:
            run.restore(*kept)
            watch.resumed(len(run.history))
        while len(run.history) < self.config.epochs and not run.patience_is_over:
            number, began = len(run.history), time.monotonic()
            system.on_epoch_start(number, lambda: self._encode(train, run.generator))
            sums: dict[str, float] = {}
            for step, (x, y) in enumerate(self._batches(train, run.generator)):
                terms = self.step(run.optimiser, x, y)
                run.schedule.step()
                for name, value in terms.items():
                    sums[name] = sums.get(name, 0.0) + value / steps
                watch.step(number * steps + step + 1, total, sum(terms.values()))
            logits = self.logits(validation)
            run.add(sums, logits, validation.labels, time.monotonic() - began)
            watch.epoch(run.history[-1])
            if resume_file:
                resume_file.write(*run.state())
        system.load_state_dict(run.best_weights)
        system.eval()
        return run.history

    def _batches(self, train: LabelledSet, generator: torch.Generator) -> Iterator[tuple[Tensor, Tensor]]:
        config = self.config
        return batches(train, config.batch, config.mirror, generator, self.vary, config.balance)

    @cached_property
    def _half(self) -> bool:
        return _bfloat16_pays(self.device)

    @property
    def learning(self) -> list[nn.Parameter]:
        """What is not frozen."""
        return [p for p in self.system.parameters() if p.requires_grad]

    def logits(self, data: LabelledSet) -> Tensor:
        """(N, C) float32 on the CPU, in evaluation mode and full precision."""
        return self.answers(data.data)

    @torch.inference_mode()
    def answers(self, samples: Tensor) -> Tensor:
        """The same for (N, 3, S, S) scaled samples."""
        self.system.eval()
        parts = [answer(self.system, self._move(x), self.mirror).logits for x in samples.split(64)]
        return torch.cat(parts).float().cpu()

    def step(self, optimiser: torch.optim.Optimizer, x: Tensor, y: Tensor) -> dict[str, float]:
        """One step on (B, 3, S, S) samples and (B,) labels; the terms of the loss."""
        self.system.train()
        x, y = self._move(x), y.to(self.device)
        optimiser.zero_grad(set_to_none=True)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self._half):
            output = self.system(x)
        terms = self.system.loss(output, x, y)
        torch.stack(list(terms.values())).sum().backward()
        nn.utils.clip_grad_norm_(self.learning, self.config.gradient_norm)
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


def _bfloat16_pays(device: torch.device) -> bool:
    """Whether the device multiplies matrices in bfloat16 by itself. A CPU without that only emulates it."""
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported()
    able = torch.cpu.get_capabilities()
    return bool(able.get("amx_bf16") or able.get("avx512_bf16"))
