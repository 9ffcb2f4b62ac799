"""Contributions of the pixels of a flow sample to the lead of a label: exact for a linear reader.

The lead of a label, its logit minus the mean of all logits, is a sum over the pixels and channels of the
sample plus a constant (``recognition.systems.linear_reader``). The map shows for each pixel the sum over its
channels, where it is positive.

Example: u, v and strain of 2 pixels, and the weights of a label.

>>> import torch
>>> x, weights = torch.tensor([[[1.0, 2.0]], [[0.0, 1.0]], [[1.0, 0.0]]]), torch.ones(3, 1, 2)
>>> (weights * x).sum(0).tolist()  # (3, 1, 2) -> (1, 2)
[[2.0, 3.0]]
"""

from __future__ import annotations

import torch
from torch import Tensor

from mer_ros.explanation.attribution import Attributions
from mer_ros.explanation.methods.method import Method
from mer_ros.explanation.notes import Note, note_of
from mer_ros.recognition.system import System
from mer_ros.recognition.systems.linear_reader import LinearReader


def maps(system: LinearReader, x: Tensor, labels: Tensor) -> Attributions:
    """The positive part of the contributions, (B, S, S), and how much of the evidence supports the label."""
    weights = {int(label): system.lead_weights(int(label)) for label in set(labels.tolist())}
    signed = torch.stack(
        [(weights[label] * one).sum(0) for label, one in zip(labels.tolist(), x, strict=True)]
    )
    notes = tuple(_note(one) for one in signed)
    return Attributions(signed.clamp_min(0).cpu().numpy(), system(x), notes)


def contributions(system: LinearReader, x: Tensor, label: int) -> Tensor:
    """(1, 3, S, S) scaled sample -> (S, S) signed contributions."""
    return (system.lead_weights(label) * x[0]).sum(0)


def _note(signed: Tensor) -> Note:
    total = float(signed.abs().sum())
    support = float(signed.clamp_min(0).sum()) / total if total > 0 else 0.0
    return note_of("linear", [("", support)])


def _is_linear(system: System) -> bool:
    return isinstance(system, LinearReader)


METHOD = Method(maps, _is_linear, "a score that is linear in the sample")
"""The method's entry in the catalogue."""
