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

from torch import Tensor

from mer_ros.explanation.attribution import Attribution
from mer_ros.recognition.systems.linear_reader import LinearReader


def attribute(system: LinearReader, x: Tensor, label: int) -> Attribution:
    """The positive part of the contributions, (S, S), and how much of the evidence speaks for the label."""
    signed = contributions(system, x, label)
    total = float(signed.abs().sum())
    support = float(signed.clamp_min(0).sum()) / total if total > 0 else 0.0
    note = f"Of the evidence by position, {support:.0%} supports the label (exact: it adds up to the score)."
    return Attribution(signed.clamp_min(0).cpu().numpy(), system(x), note)


def contributions(system: LinearReader, x: Tensor, label: int) -> Tensor:
    """(1, 3, S, S) scaled sample -> (S, S) signed contributions."""
    return (system.lead_weights(label) * x[0]).sum(0)
