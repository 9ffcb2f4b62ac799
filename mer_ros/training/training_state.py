"""The state of one training run: weights, optimiser, schedule, random numbers and the results of all epochs.

All of it can be written to disk and restored, so that an interrupted run ends with the same weights, bit for
bit.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from mer_ros.metrics import confusion_of, uf1
from mer_ros.training.config import OptimiserConfig


@dataclass(frozen=True, eq=False)
class Epoch:
    """The result of one epoch; ``number`` counts from 0.

    loss: mean of the summed terms over its batches. terms: mean of each term. validation: (C, C) confusion on
    validation subjects, rows are the truth. logits: (N, C) float32 of their samples. best: whether it is the
    best epoch so far. seconds: duration.
    """

    number: int
    loss: float
    terms: dict[str, float]
    validation: NDArray[np.int64]
    logits: Tensor
    best: bool
    seconds: float


@dataclass
class TrainingState:
    """See above. generator: of order, mirroring and augmentation; dropout uses torch's global generator."""

    system: nn.Module
    optimiser: torch.optim.Optimizer
    schedule: torch.optim.lr_scheduler.OneCycleLR
    generator: torch.Generator
    patience: int
    best_weights: dict[str, Tensor]
    history: list[Epoch] = field(default_factory=list)

    @classmethod
    def begin(cls, system: nn.Module, config: OptimiserConfig, total: int, seed: int) -> TrainingState:
        """The state before the first of ``total`` steps."""
        groups = _groups(system, config.weight_decay)
        optimiser = torch.optim.AdamW(groups, config.learning_rate, fused=True)
        # OneCycleLR divides by the steps of its rise less one, so the rise has two at least.
        warm_up = max(config.warm_up, 2 / (total + 1))
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimiser, config.learning_rate, total_steps=total + 1, pct_start=min(warm_up, 1.0)
        )
        generator = torch.Generator().manual_seed(seed)
        return cls(
            system, optimiser, schedule, generator, config.patience, copy.deepcopy(system.state_dict())
        )

    @property
    def patience_is_over(self) -> bool:
        """Whether the last ``patience`` epochs brought no better score."""
        best = max((epoch.number for epoch in self.history if epoch.best), default=0)
        return len(self.history) - 1 - best >= self.patience

    def add(
        self,
        terms: dict[str, float],
        logits: Tensor,
        truth: Tensor,
        seconds: float,
        keep_last: bool = False,
    ) -> None:
        """Append an epoch; its weights are stored if it has the highest UF1 on validation samples so far, or
        always with ``keep_last``.
        """
        confusion = confusion_of(truth.numpy(), logits.argmax(1).numpy(), logits.shape[1])
        before = max((float(uf1(epoch.validation)) for epoch in self.history), default=-1.0)
        best = keep_last or float(uf1(confusion)) > before
        if best:
            self.best_weights = copy.deepcopy(self.system.state_dict())
        number = len(self.history)
        self.history.append(Epoch(number, sum(terms.values()), terms, confusion, logits, best, seconds))

    def state(self) -> tuple[dict[str, Tensor], dict[str, Any]]:
        """The whole state: tensors by name, and the rest as JSON."""
        tensors = {f"weights/{name}": value for name, value in self.system.state_dict().items()}
        tensors |= {f"best/{name}": value for name, value in self.best_weights.items()}
        tensors |= {f"logits/{epoch.number}": epoch.logits for epoch in self.history}
        tensors["random/generator"] = self.generator.get_state()
        tensors["random/torch"] = torch.get_rng_state()
        if torch.cuda.is_available():
            tensors["random/cuda"] = torch.cuda.get_rng_state()
        optimiser = self.optimiser.state_dict()
        for index, state in optimiser["state"].items():
            tensors |= {f"optimiser/{index}/{name}": value for name, value in state.items()}
        epochs = [
            {
                "terms": epoch.terms,
                "validation": epoch.validation.tolist(),
                "best": epoch.best,
                "seconds": epoch.seconds,
            }
            for epoch in self.history
        ]
        groups = optimiser["param_groups"]
        return tensors, {"groups": groups, "schedule": self.schedule.state_dict(), "epochs": epochs}

    def restore(self, tensors: dict[str, Tensor], numbers: dict[str, Any]) -> None:
        """Return to a state given by ``state``."""
        self.system.load_state_dict(_under("weights/", tensors))
        self.best_weights = _under("best/", tensors)
        state: dict[int, dict[str, Tensor]] = {}
        parameters = [p for group in self.optimiser.param_groups for p in group["params"]]
        for path, value in _under("optimiser/", tensors).items():
            index, name = path.split("/")
            like = parameters[int(index)]
            if value.shape == like.shape:  # the fused step expects the memory layout of the parameter
                value = torch.empty_like(like).copy_(value)
            state.setdefault(int(index), {})[name] = value
        groups = [{**group, "betas": tuple(group["betas"])} for group in numbers["groups"]]
        self.optimiser.load_state_dict({"state": state, "param_groups": groups})
        self.schedule.load_state_dict(numbers["schedule"])
        self.generator.set_state(tensors["random/generator"])
        torch.set_rng_state(tensors["random/torch"])
        if "random/cuda" in tensors and torch.cuda.is_available():
            torch.cuda.set_rng_state(tensors["random/cuda"])
        self.history = [
            Epoch(
                number,
                sum(epoch["terms"].values()),
                epoch["terms"],
                np.array(epoch["validation"], np.int64),
                tensors[f"logits/{number}"],
                epoch["best"],
                epoch["seconds"],
            )
            for number, epoch in enumerate(numbers["epochs"])
        ]


def _under(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """The tensors whose names begin with ``prefix``, named without it."""
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}


def _groups(system: nn.Module, weight_decay: float) -> list[dict[str, object]]:
    """Weight decay for matrices, none for vectors (biases, norms) and prototypes; frozen parameters are left
    out.
    """
    trainable = [(n, p) for n, p in system.named_parameters() if p.requires_grad]
    decayed = [p for n, p in trainable if p.ndim >= 2 and n != "prototypes"]
    undecayed = [p for n, p in trainable if p.ndim < 2 or n == "prototypes"]
    return [{"params": decayed, "weight_decay": weight_decay}, {"params": undecayed, "weight_decay": 0.0}]
