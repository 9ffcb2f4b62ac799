"""Linear reader: multinomial logistic regression on the pixels of a small flow sample.

    logits = W x + b,    x (3, S, S) scaled u, v and strain

The weights are strongly regularised (``training.families.linear_readers``). Trained on synthetic flow alone,
such a model carries over to real flow better than the convolutional networks of this package [ours], because
it keeps where things move and has few ways to adapt to the generator.
"""

from __future__ import annotations

import torch
from torch import Tensor

from mer_ros.recognition.system import ModelOutput, SystemEntry
from mer_ros.recognition.systems.linear_reader import LinearConfig, LinearReader


class Linear(LinearReader):
    """weight: (C, 3, S, S). bias: (C,)."""

    weight: Tensor
    bias: Tensor

    def __init__(self, config: LinearConfig) -> None:
        super().__init__()
        self.config = config
        self.register_buffer("weight", torch.zeros(config.n_labels, 3, config.size, config.size))
        self.register_buffer("bias", torch.zeros(config.n_labels))

    def forward(self, x: Tensor) -> ModelOutput:
        """(B, 3, S, S) -> logits (B, C)."""
        return ModelOutput(torch.einsum("bihw,cihw->bc", self.sample(x), self.weight) + self.bias)

    def lead_weights(self, label: int) -> Tensor:
        """See ``LinearReader``."""
        return self.weight[label] - self.weight.mean(0)


ENTRY = SystemEntry(Linear, LinearConfig)
"""The system's entry in the catalogue."""
