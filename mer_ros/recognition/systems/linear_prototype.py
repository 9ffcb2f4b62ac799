"""Linear prototypes: the nearest class mean in the whitened latent space of a linear reader.

    z = A x + a  in R^(C-1),    logits_c = -(||z - p_c||^2 - 2 log pi_c)

A is the weight matrix of a multinomial logistic regression (``linear``), followed by the whitening of the
within-class covariance of its scores; p_c is the mean latent of a class and pi_c its share of the training
samples, so a rare class is a little farther away. This is linear discriminant analysis
(Fisher, "The use of multiple measurements in taxonomic problems", Annals of Eugenics 7(2), 1936) in the space
of the regression's scores, and at the same time a prototype model: it has distances to prototypes, rejects
what is far from all of them, and shows a prototype as the mean flow of its class. Departure from a prototype
network: encoder and prototypes are fitted in closed or convex form, not by gradient descent.

The lead of a label, its logit minus the mean of all logits, is linear in z and so in x.
"""

from __future__ import annotations

import torch
from torch import Tensor

from mer_ros.errors import ConfigError
from mer_ros.recognition.system import ModelOutput, SystemEntry
from mer_ros.recognition.systems.linear_reader import LinearConfig, LinearReader


class LinearPrototype(LinearReader):
    """weight: (D, 3, S, S) and bias: (D,), the latent, D = C - 1. prototypes: (C, D). shares: (C,), pi.
    decoded: (C, 3, S, S), the mean scaled sample of each class.
    """

    has_prototypes = True
    weight: Tensor
    bias: Tensor
    prototypes: Tensor
    shares: Tensor
    decoded: Tensor

    def __init__(self, config: LinearConfig) -> None:
        super().__init__()
        self.config = config
        labels, size = config.n_labels, config.size
        self.register_buffer("weight", torch.zeros(labels - 1, 3, size, size))
        self.register_buffer("bias", torch.zeros(labels - 1))
        self.register_buffer("prototypes", torch.zeros(labels, labels - 1))
        self.register_buffer("shares", torch.full((labels,), 1 / labels))
        self.register_buffer("decoded", torch.zeros(labels, 3, size, size))

    def forward(self, x: Tensor) -> ModelOutput:
        """(B, 3, S, S) -> logits (B, C), squared distances (B, C) and latents (B, D)."""
        latent = torch.einsum("bihw,dihw->bd", self.sample(x), self.weight) + self.bias
        distances = (latent[:, None] - self.prototypes[None]).square().sum(2)
        return ModelOutput(2 * self.shares.log() - distances, distances, latent)

    def check(self) -> None:
        """Raise ConfigError unless the shares are positive."""
        if not bool((self.shares > 0).all()):
            raise ConfigError("a class has a share of 0 or less")

    def nearest_prototype(self, label: int, distances: Tensor) -> int:
        """Every class has one prototype."""
        return label

    def decode(self, index: int) -> Tensor:
        """The mean scaled sample of a class, (3, S, S)."""
        return self.decoded[index].float()

    def stored(self) -> dict[str, Tensor]:
        """The state; the mean samples, which are only shown, in half precision."""
        return {**self.state_dict(), "decoded": self.decoded.half()}

    def lead_weights(self, label: int) -> Tensor:
        """See ``LinearReader``."""
        direction = 2 * (self.prototypes[label] - self.prototypes.mean(0))
        return torch.einsum("d,dihw->ihw", direction, self.weight)


ENTRY = SystemEntry(LinearPrototype, LinearConfig)
"""The system's entry in the catalogue."""
