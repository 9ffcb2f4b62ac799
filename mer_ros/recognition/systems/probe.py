"""Linear probe: convex heads on the features of frozen networks, for data sets too small to train a network.

The networks were trained elsewhere, on synthetic flow, and keep all their weights. Their probabilities,
translated into the classes of the data set and averaged over the networks, are the prior; a linear head on
the features of each layer, averaged over a grid across the face, adds what is learned from the data set:

    Z(x)   = mean over networks m of log(p_m(x) T),     T (E, C): share of each class in each network label
    s_j(x) = g_j Z(x) + A_j f_j(x) + b_j
    logits = mean over feature sets j of log softmax(s_j)

With A_j = 0 the networks' own answer remains; training (``training.families.linear_probe``) regularises A_j
towards it by L2. One more set of features votes without the prior, g = 0. It comes from two convolutions with
random weights (the control ``random_net``): on 442 real clips such features alone reached the score of
trained ones, and on synthetic sets with other action units than in training their vote helps most where the
networks fail [ours].
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mer_ros.errors import require
from mer_ros.recognition.freezing import freeze_all_but
from mer_ros.recognition.registry import create
from mer_ros.recognition.system import ModelOutput, SystemEntry
from mer_ros.recognition.systems.network import Network

MIN_PROBABILITY = 1e-4
"""Lower probabilities are raised to it, so that one confident network does not outvote all others."""


@dataclass(frozen=True)
class Member:
    """One frozen network. layers: submodules whose (B, K, h, w) outputs are features, in the order of its
    forward pass.
    """

    system: str
    settings: dict[str, Any]
    layers: tuple[str, ...]


@dataclass(frozen=True)
class ProbeConfig:
    """Settings of a probe.

    n_labels: classes. members: the frozen networks. own_labels: number of their classes. grid: cells across
    the crop to which features are averaged. untrained: channels of the random features, 0 for none.
    """

    n_labels: int = 7
    members: tuple[Member, ...] = ()
    own_labels: int = 7
    grid: int = 7
    untrained: int = 128

    def __post_init__(self) -> None:
        """Refuse settings without meaning."""
        require(2 <= self.n_labels <= 1000, f"'n_labels' is {self.n_labels}: give 2 to 1000.")
        require(2 <= self.own_labels <= 1000, f"'own_labels' is {self.own_labels}: give 2 to 1000.")
        require(1 <= self.grid <= 64, f"'grid' is {self.grid}: give 1 to 64.")
        require(0 <= self.untrained <= 4096, f"'untrained' is {self.untrained}: give 0 to 4096.")
        require(len(self.members) <= 32, f"there are {len(self.members)} members: give 32 at most.")


class RandomFeatures(nn.Module):
    """(B, 3, S, S) -> (B, channels, 14, 14): two convolutions with He-normal weights of a fixed seed.

    3 -> 64 channels of 5x5, ReLU, 2x2 mean, 64 -> ``channels`` of 3x3, ReLU.
    """

    def __init__(self, channels: int, seed: int = 0) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(seed)
        first = torch.randn((64, 3, 5, 5), generator=generator, device="cpu") * (2 / (3 * 25)) ** 0.5
        second = torch.randn((channels, 64, 3, 3), generator=generator, device="cpu") * (2 / (64 * 9)) ** 0.5
        self.register_buffer("first", first)
        self.register_buffer("second", second)

    def forward(self, x: Tensor) -> Tensor:
        """The input is resized to 28 px, the resolution of the control."""
        x = F.interpolate(x, size=(28, 28), mode="area")
        x = F.avg_pool2d(F.relu(F.conv2d(x, self.first, padding=2)), 2)  # (B, 64, 14, 14)
        return F.relu(F.conv2d(x, self.second, padding=1))  # (B, channels, 14, 14)


class Probe(Network):
    """Frozen networks and one linear head per set of features; untrained, the mean of its networks."""

    family = "linear_probe"
    explained_by = "mean_grad_cam"
    head_parameters = ("heads.*", "gains")

    def __init__(self, config: ProbeConfig) -> None:
        super().__init__()
        self.config = config
        self.members = nn.ModuleList(
            create(member.system, {**member.settings, "n_labels": config.own_labels})
            for member in config.members
        )
        self.layers = tuple(member.layers for member in config.members)
        for member, layers in zip(self.members, self.layers, strict=True):
            names = dict(member.named_modules())
            for layer in layers:
                require(layer in names and layer != "", f"a member has no layer {layer!r}.")
        self.untrained = RandomFeatures(config.untrained) if config.untrained else None
        sizes = self.feature_sizes
        self.gains = nn.Parameter(torch.ones(max(len(sizes), 1)))
        self.heads = nn.ModuleList(nn.Linear(size, config.n_labels) for size in sizes)
        for head in self.heads:
            nn.init.zeros_(head.weight)
            nn.init.zeros_(head.bias)
        self.register_buffer("temperatures", torch.ones(len(self.members)))
        self.register_buffer("translation", torch.zeros(config.own_labels, config.n_labels))
        self.gradcam_layer = self.gradcam_layers[0] if self.members else "untrained"
        freeze_all_but(self, self.head_parameters if self.heads else ("gains",))

    @property
    def gradcam_layers(self) -> tuple[str, ...]:
        """The Grad-CAM layer of every network."""
        members = [cast(Network, member) for member in self.members]
        return tuple(f"members.{i}.{member.gradcam_layer}" for i, member in enumerate(members))

    @property
    def feature_sizes(self) -> list[int]:
        """Length of each set of features."""
        sizes = [
            _channels(cast(Network, member), layer)
            for member, layers in zip(self.members, self.layers, strict=True)
            for layer in layers
        ]
        return [n * self.config.grid**2 for n in [*sizes, self.config.untrained] if n]

    @property
    def without_prior(self) -> tuple[bool, ...]:
        """Which sets of features vote without the networks' prior."""
        trained = len(self.heads) - (self.untrained is not None)
        return tuple(i >= trained for i in range(len(self.heads)))

    def prior_and_features(self, x: Tensor) -> tuple[Tensor, list[Tensor]]:
        """(B, 3, S, S) -> the prior Z (B, C) and the features of each set (B, D)."""
        priors, maps = [], list[Tensor]()
        for i, (member, layers) in enumerate(zip(self.members, self.layers, strict=True)):
            kept: list[Tensor] = []
            hooks = [
                member.get_submodule(layer).register_forward_hook(lambda m, a, out, k=kept: k.append(out))
                for layer in layers
            ]
            try:
                logits = member(x).logits.float()
            finally:
                for hook in hooks:
                    hook.remove()
            maps += [one.float() for one in kept]
            probabilities = torch.softmax(logits / self.temperatures[i], 1) @ self.translation
            total = probabilities.sum(1, keepdim=True)
            uniform = torch.full_like(probabilities, 1 / self.config.n_labels)
            probabilities = torch.where(total > 0, probabilities / total.clamp_min(1e-12), uniform)
            priors.append(probabilities.clamp_min(MIN_PROBABILITY).log())
        if self.untrained is not None:
            maps.append(self.untrained(x))
        features = [F.adaptive_avg_pool2d(one, self.config.grid).flatten(1) for one in maps]
        none = torch.zeros(len(x), self.config.n_labels, device=x.device)
        return torch.stack(priors).mean(0) if priors else none, features

    def forward(self, x: Tensor) -> ModelOutput:
        """(B, 3, S, S) float32 -> logits (B, C)."""
        prior, features = self.prior_and_features(x)
        scores = [
            torch.log_softmax(gain * prior + head(one), 1)
            for gain, head, one in zip(self.gains, self.heads, features, strict=False)
        ]
        return ModelOutput(torch.stack(scores).mean(0) if scores else prior)

    def loss(self, output: ModelOutput, data: Tensor, labels: Tensor) -> dict[str, Tensor]:
        """Cross-entropy; ``training.families.linear_probe`` fits the heads with their regularisation."""
        return {"cross_entropy": F.cross_entropy(output.logits.float(), labels)}


def _channels(network: Network, layer: str) -> int:
    """Channels of a layer's output: of the last convolution in it."""
    widths = [m.out_channels for m in network.get_submodule(layer).modules() if isinstance(m, nn.Conv2d)]
    widths = [width for width in widths if width > 1]  # an attention unit ends in one map
    require(bool(widths), f"the layer {layer!r} has no convolution, so it has no feature map: name another.")
    return int(widths[-1])


ENTRY = SystemEntry(Probe, ProbeConfig)
