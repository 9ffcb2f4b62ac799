"""ME-PLAN: a movement over time gets the label of the nearest class mean.

Zhao et al., "ME-PLAN: A deep prototypical learning with local attention network for
dynamic micro-expression recognition", Neural Networks 153:427-443, 2022. According to its text: a 3D residual
prototypical network with local-wise attention, trained in episodes on key frames around an apex that a
unimodal pattern finds. Its formulas were not available. These are ours [ours]:

    h = trunk(x)                                  (B, C, t, s, s), a small r3d-18
    a = softmax over all cells of conv1x1x1_{C -> 1}(h), each cell weighted by its share of the face window
    f = [mean over the face of h, sum of a * h]   (B, 2C), the global and the local features
    c_k = mean of f over the support of class k
    p(k) = softmax over k of -||f - c_k||^2       (Snell, Swersky, Zemel, arXiv:1703.05175, equation 2)

In an episode, the support is a few samples of a few classes; after training, it is all samples of the
training subjects, never of a test subject. Their c_k are stored in the buffer ``prototypes``, so a checkpoint
needs no support set.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mer_ros.errors import require
from mer_ros.recognition.backbones.r3d import VideoBackboneConfig, VideoTrunk
from mer_ros.recognition.backbones.resnet import face_share
from mer_ros.recognition.system import ModelOutput, SystemEntry
from mer_ros.recognition.systems.network import CamRule, Network

UNREACHABLE = 1e3
"""Value of all coordinates of the prototype of a class without support, far from every sample."""


@dataclass(frozen=True)
class EpisodeConfig:
    """One training episode: ``ways`` classes with ``shots`` support and ``queries`` query samples each."""

    ways: int = 3
    shots: int = 5
    queries: int = 10

    def __post_init__(self) -> None:
        """Raise ConfigError for values out of range."""
        require(2 <= self.ways <= 1000, f"'ways' of an episode is {self.ways}: give 2 to 1000.")
        for name in ("shots", "queries"):
            value = getattr(self, name)
            require(1 <= value <= 1000, f"{name!r} of an episode is {value}: give 1 to 1000.")

    @property
    def samples(self) -> int:
        """Number of samples of one episode."""
        return self.ways * (self.shots + self.queries)


@dataclass(frozen=True)
class MePlanConfig:
    """Settings of ME-PLAN.

    n_labels: number of classes. dropout: dropout of the features of a query during training, 0..1. episode:
    size of a training episode.
    """

    n_labels: int = 7
    dropout: float = 0.1
    episode: EpisodeConfig = field(default_factory=EpisodeConfig)
    backbone: VideoBackboneConfig = field(default_factory=VideoBackboneConfig)

    def __post_init__(self) -> None:
        """Raise ConfigError for values out of range."""
        require(2 <= self.n_labels <= 1000, f"'n_labels' is {self.n_labels}: give 2 to 1000.")
        require(0 <= self.dropout < 1, f"'dropout' is {self.dropout}: give 0 or more and less than 1.")


class MePlan(Network):
    """A 3D residual trunk, attention over its cells, and one prototype per class, the class mean."""

    reads = ("sequence",)
    family = "episodic"
    attention_layers = ("weights",)
    cam_rule = CamRule("contrast", "cell")  # distances are explained as in ``prototype``
    has_prototypes = True
    head_parameters = ("attention.*",)
    config: MePlanConfig
    prototypes: Tensor

    def __init__(self, config: MePlanConfig) -> None:
        super().__init__()
        self.config = config
        self.gradcam_layer = f"trunk.{config.backbone.map_layer}"
        self.trunk = VideoTrunk(config.backbone)
        self.attention = nn.Conv3d(self.trunk.out_channels, 1, 1)
        self.weights = nn.Identity()  # the weights of the cells as the output of a module, for maps
        self.dropout = nn.Dropout(config.dropout)
        latent = 2 * self.trunk.out_channels
        self.register_buffer("prototypes", torch.zeros(config.n_labels, latent))

    def encode(self, x: Tensor) -> Tensor:
        """(B, T, 3, S, S) float32 -> f, (B, 2C)."""
        h = self.trunk(x.transpose(1, 2))  # (B, C, t, s, s)
        share = face_share(*h.shape[-2:]).to(h) / h.shape[2]  # (s, s); sums to 1 over space and time
        score = self.attention(h)[:, 0].float() + share.float().log()  # (B, t, s, s), -inf outside the face
        weight = score.flatten(1).softmax(1).unflatten(1, score.shape[1:]).to(h)
        local = (h * self.weights(weight[:, None])).sum((2, 3, 4))
        return torch.cat([(h * share).sum((2, 3, 4)), local], 1)

    def forward(self, x: Tensor) -> ModelOutput:
        """(B, T, 3, S, S) float32 -> logits (B, n_labels), the negative distances to the class means."""
        latent = self.encode(x)
        distances = squared_distances(latent, self.prototypes)
        return ModelOutput(-distances, distances, latent)

    def nearest_prototype(self, label: int, distances: Tensor) -> int:
        """Index of the only prototype of the class, which is the label. It cannot be decoded."""
        return label

    def episode_logits(self, support: Tensor, classes: Tensor, query: Tensor) -> Tensor:
        """(Q, ways) float32 logits of one episode.

        support: (N, 2C) embeddings. classes: (N,) their classes in the episode, 0..ways - 1, each at least
        once. query: (Q, 2C) embeddings.
        """
        means = class_means(support, classes, int(classes.max()) + 1)
        return -squared_distances(self.dropout(query), means)

    def loss(self, output: ModelOutput, data: Tensor, labels: Tensor) -> dict[str, Tensor]:
        """Cross-entropy for the stored prototypes; episodic training uses ``episode_logits`` instead."""
        return {"cross_entropy": F.cross_entropy(output.logits.float(), labels)}

    @torch.no_grad()
    def set_prototypes(self, latents: Tensor, labels: Tensor) -> None:
        """Store the class means of (N, 2C) embeddings of training subjects as prototypes.

        labels: (N,) int64. The prototype of a class without support is UNREACHABLE.
        """
        means = class_means(latents.float(), labels, self.config.n_labels)
        self.prototypes.copy_(torch.nan_to_num(means, nan=UNREACHABLE))


def class_means(latents: Tensor, labels: Tensor, n: int) -> Tensor:
    """(N, D) embeddings, (N,) labels -> (n, D) float32 mean of each class, NaN for a class without samples.

    >>> class_means(torch.tensor([[0.0, 2.0], [2.0, 2.0], [5.0, 5.0]]), torch.tensor([0, 0, 1]), n=2).tolist()
    [[1.0, 2.0], [5.0, 5.0]]
    """
    member = F.one_hot(labels, n).T.to(latents.device, torch.float32)  # (n, N)
    return (member @ latents.float()) / member.sum(1, keepdim=True)


def squared_distances(latents: Tensor, means: Tensor) -> Tensor:
    """(B, D) embeddings, (K, D) means -> (B, K) squared L2 distances in float32, also under autocast."""
    with torch.autocast(latents.device.type, enabled=False):
        return (latents.float()[:, None] - means.float()[None]).square().sum(2)


ENTRY = SystemEntry(MePlan, MePlanConfig)
