"""One attribution method: how it computes maps, and for which systems."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from mer_ros.explanation.attribution import Attributions
from mer_ros.recognition.system import CamRule, System


@dataclass(frozen=True)
class Method:
    """A method as a record, which its file defines and the catalogue names.

    maps: (system, (B, ...) scaled inputs, (B,) int64 labels) -> attributions of the labels, without an output
    where the method does not answer the inputs anyway; the system is unchanged afterwards, even after an
    error, and may answer in another thread meanwhile. applies: whether a system has what the method reads.
    needs: that, in words, for the error.
    """

    maps: Callable[[Any, Tensor, Tensor], Attributions]
    applies: Callable[[System], bool]
    needs: str


@contextmanager
def evaluation_mode(system: System) -> Iterator[None]:
    """Evaluation mode, and afterwards the mode before, even after an error."""
    was_training = system.training
    try:
        if was_training:
            system.eval()
        yield
    finally:
        if was_training:
            system.train()


def channels_last(x: Tensor) -> Tensor:
    """A copy of (..., C, S, S) inputs with the channels last in memory, in which convolutions are faster.

    Answers for it differ from those for ``x`` by rounding.
    """
    return x.movedim(-3, -1).clone(memory_format=torch.contiguous_format).movedim(-1, -3)


def scores(logits: Tensor, labels: Tensor, rule: CamRule) -> Tensor:
    """(B, C) logits, (B,) labels -> (B,) y_c: the logit, or its lead over the mean of all logits."""
    own = logits.gather(1, labels.to(logits.device)[:, None])[:, 0]
    return own - logits.mean(1) if rule.target == "contrast" else own
