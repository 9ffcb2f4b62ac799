"""ME-PLAN: a movement over time, told by the nearest of the classes' mean examples.

Zhao et al., "ME-PLAN: A deep prototypical learning with local attention network for
dynamic micro-expression recognition", Neural Networks 153:427-443, 2022. From its text: a 3D residual
prototypical network that is trained in episodes, with local-wise attention, on key frames around an apex that
a unimodal pattern finds. The formulas could not be had. These are ours [ours]:

    h = trunk(x)                                  (B, C, t, s, s), a small r3d-18
    a = softmax over all cells of conv1x1x1_{C -> 1}(h), each cell weighted by its share of the face window
    f = [mean over the face of h, sum of a * h]   (B, 2C), the global and the local features
    c_k = mean of f over the support of class k
    p(k) = softmax over k of -||f - c_k||^2       (Snell, Swersky, Zemel, arXiv:1703.05175, equation 2)

In an episode the support is a few samples of a few classes; afterwards it is the training subjects, never
anybody who is asked. Their c_k are the buffer ``prototypes``, so that a file answers by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mer_ros.errors import require
from mer_ros.recognition.backbones.r3d import VideoBackboneConfig, VideoTrunk
from mer_ros.recognition.backbones.resnet import face_share
from mer_ros.recognition.registry import Output, register
from mer_ros.recognition.systems.network import CamRule, Network

NOWHERE = 1e3
"""Every coordinate of the prototype of a class without support: too far for any sample to be near."""


@dataclass(frozen=True)
class EpisodeConfig:
    """One episode of training: ``ways`` classes, ``shots`` samples of each as support, ``queries`` asked."""

    ways: int = 3
    shots: int = 5
    queries: int = 10

    def __post_init__(self) -> None:
        """Refuse an episode in which nothing can be asked."""
        require(2 <= self.ways <= 1000, f"'ways' of an episode is {self.ways}: give 2 to 1000.")
        for name in ("shots", "queries"):
            value = getattr(self, name)
            require(1 <= value <= 1000, f"{name!r} of an episode is {value}: give 1 to 1000.")

    @property
    def samples(self) -> int:
        """How many samples an episode shows."""
        return self.ways * (self.shots + self.queries)


@dataclass(frozen=True)
class MePlanConfig:
    """Settings of ME-PLAN.

    n_labels: classes. dropout: of the features of a sample that is asked, while training, 0..1. episode: how
    it is trained.
    """

    n_labels: int = 7
    dropout: float = 0.1
    episode: EpisodeConfig = field(default_factory=EpisodeConfig)
    backbone: VideoBackboneConfig = field(default_factory=VideoBackboneConfig)

    def __post_init__(self) -> None:
        """Refuse settings without meaning."""
        require(2 <= self.n_labels <= 1000, f"'n_labels' is {self.n_labels}: give 2 to 1000.")
        require(0 <= self.dropout < 1, f"'dropout' is {self.dropout}: give 0 or more and less than 1.")


@register("me_plan", MePlanConfig)
class MePlan(Network):
    """A 3D residual trunk, attention over its cells, and one mean example a class."""

    reads = ("sequence",)
    cam_rule = CamRule("contrast", "cell")  # as for the other model of distances: see ``prototype``
    has_prototypes = True
    beside_backbone = ("attention.*",)

    def __init__(self, config: MePlanConfig) -> None:
        super().__init__()
        self.config = config
        self.gradcam_layer = f"trunk.{config.backbone.map_layer}"
        self.trunk = VideoTrunk(config.backbone)
        self.attention = nn.Conv3d(self.trunk.out_channels, 1, 1)
        self.dropout = nn.Dropout(config.dropout)
        latent = 2 * self.trunk.out_channels
        self.register_buffer("prototypes", torch.zeros(config.n_labels, latent))
        self.prototypes: Tensor

    def encode(self, x: Tensor) -> Tensor:
        """(B, T, 3, S, S) float32 -> f, (B, 2C)."""
        h = self.trunk(x.transpose(1, 2))  # (B, C, t, s, s)
        share = face_share(*h.shape[-2:]).to(h) / h.shape[2]  # (s, s); over all t it sums to 1
        score = self.attention(h)[:, 0].float() + share.float().log()  # (B, t, s, s), -inf outside the face
        weight = score.flatten(1).softmax(1).unflatten(1, score.shape[1:]).to(h)
        local = (h * weight[:, None]).sum((2, 3, 4))
        return torch.cat([(h * share).sum((2, 3, 4)), local], 1)

    def forward(self, x: Tensor) -> Output:
        """(B, T, 3, S, S) float32 -> logits (B, n_labels), minus the distances to the classes' means."""
        latent = self.encode(x)
        distances = squared_distances(latent, self.prototypes)
        return Output(-distances, distances, latent)

    def episode_logits(self, support: Tensor, classes: Tensor, query: Tensor) -> Tensor:
        """Answers of one episode from embeddings, all (., 2C): (Q, ways) float32 logits.

        support, classes: embeddings and their classes within the episode, 0..ways - 1, each at least once.
        """
        means = class_means(support, classes, int(classes.max()) + 1)
        return -squared_distances(self.dropout(query), means)

    def loss(self, output: Output, data: Tensor, labels: Tensor) -> dict[str, Tensor]:
        """Cross-entropy against the prototypes that are held; episodes have their own answers."""
        return {"cross_entropy": F.cross_entropy(output.logits.float(), labels)}

    @torch.no_grad()
    def take_support(self, latents: Tensor, labels: Tensor) -> None:
        """Hold the class means of (N, 2C) embeddings of training people as the prototypes.

        labels: (N,) int64. A class without support is put out of everybody's reach.
        """
        means = class_means(latents.float(), labels, self.config.n_labels)
        self.prototypes.copy_(torch.nan_to_num(means, nan=NOWHERE))


def class_means(latents: Tensor, labels: Tensor, n: int) -> Tensor:
    """(N, D) embeddings, (N,) labels -> (n, D) float32 mean of each class, NaN for a class without one."""
    member = F.one_hot(labels, n).T.to(latents.device, torch.float32)  # (n, N)
    return (member @ latents.float()) / member.sum(1, keepdim=True)


def squared_distances(latents: Tensor, means: Tensor) -> Tensor:
    """(B, D), (K, D) -> (B, K) squared L2 in float32, also under autocast."""
    with torch.autocast(latents.device.type, enabled=False):
        return (latents.float()[:, None] - means.float()[None]).square().sum(2)
