"""Votes: several finished systems answer together, by the mean of their log-probabilities.

    logits = mean over members m of log(p_m(x) T),    T (E, C): share of each class in each label of a member

p_m are the calibrated probabilities of a member. This is the product of experts with equal weights (Hinton,
"Training products of experts by minimizing contrastive divergence", Neural Computation 14(8), 2002). Systems
that read flow in different ways err in different ways: the mean of readers of pixels and of networks is
better than either [ours]. Nothing is learned.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mer_ros.errors import require
from mer_ros.recognition.clip_normalisation import shrunk
from mer_ros.recognition.registry import create
from mer_ros.recognition.system import ModelOutput, System, SystemEntry
from mer_ros.recognition.systems.network import Network

MIN_PROBABILITY = 1e-4
"""Lower bound of probabilities, so that one confident member does not outvote all others."""


@dataclass(frozen=True)
class Member:
    """One frozen system.

    system: name in the catalogue. settings: its settings. layers: submodules whose (B, K, h, w) outputs are
    features of a ``probe``, in the order of the forward pass. size: width of the samples that it reads, to
    which samples are shrunk; 0 for samples as they are.
    """

    system: str
    settings: dict[str, Any]
    layers: tuple[str, ...] = ()
    size: int = 0


@dataclass(frozen=True)
class VotesConfig:
    """Settings. n_labels: number of classes. members: the frozen systems. own_labels: number of their
    classes.
    """

    n_labels: int = 7
    members: tuple[Member, ...] = ()
    own_labels: int = 7

    def __post_init__(self) -> None:
        """Raise ConfigError for values out of range."""
        require(2 <= self.n_labels <= 1000, f"'n_labels' is {self.n_labels}: give 2 to 1000.")
        require(2 <= self.own_labels <= 1000, f"'own_labels' is {self.own_labels}: give 2 to 1000.")
        require(len(self.members) <= 32, f"'members' are {len(self.members)}: give at most 32.")
        for member in self.members:
            size = member.size
            require(size == 0 or 16 <= size <= 512, f"'size' of a member is {size}: give 0, or 16 to 512.")


class Votes(Network):
    """Frozen members. temperatures: (M,), theirs. translation: (E, C), T."""

    family = "votes"
    explained_by = "mean_grad_cam"
    head_parameters: tuple[str, ...] = ()
    config: VotesConfig
    temperatures: Tensor
    translation: Tensor

    def __init__(self, config: VotesConfig) -> None:
        super().__init__()
        self.config = config
        self.members = nn.ModuleList(
            create(member.system, {**member.settings, "n_labels": config.own_labels})
            for member in config.members
        )
        for member in self.systems:
            require(
                member.gradcam_layer != "" and not isinstance(member, Votes),
                f"a member is a {type(member).__name__}: name networks and linear readers.",
            )
        self.register_buffer("temperatures", torch.ones(len(self.members)))
        self.register_buffer("translation", torch.zeros(config.own_labels, config.n_labels))
        self.gradcam_layer = self.gradcam_layers[0] if self.members else ""
        self.requires_grad_(False)

    @property
    def systems(self) -> list[System]:
        """The members, in order."""
        return [cast(System, member) for member in self.members]

    @property
    def gradcam_layers(self) -> tuple[str, ...]:
        """The Grad-CAM layer of every member."""
        return tuple(f"members.{i}.{member.gradcam_layer}" for i, member in enumerate(self.systems))

    def logits_of(self, index: int, x: Tensor) -> Tensor:
        """(B, 3, S, S) -> (B, E) logits of a member."""
        size = self.config.members[index].size
        if size not in (0, x.shape[-1]):
            x = shrunk(x, size)
        return self.systems[index](x).logits.float()

    def vote(self, index: int, logits: Tensor) -> Tensor:
        """(B, E) logits of a member -> its (B, C) log-probabilities; equal ones where it has no opinion."""
        probabilities = torch.softmax(logits / self.temperatures[index], 1) @ self.translation
        total = probabilities.sum(1, keepdim=True)
        uniform = torch.full_like(probabilities, 1 / self.config.n_labels)
        probabilities = torch.where(total > 0, probabilities / total.clamp_min(1e-12), uniform)
        return probabilities.clamp_min(MIN_PROBABILITY).log()

    def forward(self, x: Tensor) -> ModelOutput:
        """(B, 3, S, S) float32 -> logits (B, C)."""
        votes = [self.vote(i, self.logits_of(i, x)) for i in range(len(self.members))]
        if not votes:
            return ModelOutput(torch.zeros(len(x), self.config.n_labels, device=x.device))
        return ModelOutput(torch.log_softmax(torch.stack(votes).mean(0), 1))

    def loss(self, output: ModelOutput, data: Tensor, labels: Tensor) -> dict[str, Tensor]:
        """Cross-entropy."""
        return {"cross_entropy": F.cross_entropy(output.logits.float(), labels)}


ENTRY = SystemEntry(Votes, VotesConfig)
"""The system's entry in the catalogue."""
