"""Linear probe: convex heads on the features of frozen networks, for data sets too small to train a network.

The networks were trained on synthetic flow and keep all their weights. Their probabilities, translated into
the classes of the data set and averaged over the networks, are the prior. A linear head on the features of
each layer, averaged over a grid across the face, adds what it learns from the data set:

    Z(x)   = mean over networks m of log(p_m(x) T),     T (E, C): share of each class in each network label
    s_j(x) = g_j Z(x) + A_j f_j(x) + b_j
    logits = mean over feature sets j of log softmax(s_j)

With A_j = 0 the logits are those of the networks; training (``training.families.linear_probe``) regularises
A_j towards 0 by L2. One additional set of features votes without the prior, g = 0. It comes from two
convolutions with random weights (the control ``random_net``): on synthetic sets with other action units than
in training, their vote helps most where the networks fail [ours].
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
"""Lower bound of probabilities, so that one confident network does not outvote all others."""


@dataclass(frozen=True)
class Member:
    """One frozen network.

    system: name in the catalogue. settings: its settings. layers: submodules whose (B, K, h, w) outputs are
    features, in the order of the forward pass.
    """

    system: str
    settings: dict[str, Any]
    layers: tuple[str, ...]


@dataclass(frozen=True)
class ProbeConfig:
    """Settings of a probe.

    n_labels: number of classes. members: the frozen networks. own_labels: number of their classes. grid:
    number of cells across the crop over which features are averaged. untrained: channels of the random
    features, 0 for none.
    """

    n_labels: int = 7
    members: tuple[Member, ...] = ()
    own_labels: int = 7
    grid: int = 7
    untrained: int = 128

    def __post_init__(self) -> None:
        """Raise ConfigError for values out of range."""
        require(2 <= self.n_labels <= 1000, f"'n_labels' is {self.n_labels}: give 2 to 1000.")
        require(2 <= self.own_labels <= 1000, f"'own_labels' is {self.own_labels}: give 2 to 1000.")
        require(1 <= self.grid <= 64, f"'grid' is {self.grid}: give 1 to 64.")
        require(0 <= self.untrained <= 4096, f"'untrained' is {self.untrained}: give 0 to 4096.")
        require(len(self.members) <= 32, f"the probe has {len(self.members)} networks: give at most 32.")


class RandomFeatures(nn.Module):
    """(B, 3, S, S) -> (B, channels, 14, 14): two convolutions with He-normal weights of a fixed seed.

    A 5x5 convolution from 3 to 64 channels, ReLU, 2x2 mean, a 3x3 convolution to ``channels``, ReLU.
    """

    def __init__(self, channels: int, seed: int = 0) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(seed)
        first = torch.randn((64, 3, 5, 5), generator=generator, device="cpu") * (2 / (3 * 25)) ** 0.5
        second = torch.randn((channels, 64, 3, 3), generator=generator, device="cpu") * (2 / (64 * 9)) ** 0.5
        self.first: Tensor
        self.second: Tensor
        self.register_buffer("first", first)
        self.register_buffer("second", second)

    def forward(self, x: Tensor) -> Tensor:
        """(B, 3, S, S) -> (B, channels, 14, 14); the input is resized to 28 px, the size of the control."""
        x = F.interpolate(x, size=(28, 28), mode="area")
        x = F.avg_pool2d(F.relu(F.conv2d(x, self.first, padding=2)), 2)  # (B, 64, 14, 14)
        return F.relu(F.conv2d(x, self.second, padding=1))  # (B, channels, 14, 14)


class Probe(Network):
    """Frozen networks and one linear head per set of features; before training the mean of the networks."""

    family = "linear_probe"
    explained_by = "mean_grad_cam"
    head_parameters = ("heads.*", "gains")
    config: ProbeConfig
    temperatures: Tensor
    translation: Tensor

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
                require(
                    layer in names and layer != "",
                    f"a network of the probe has no layer {layer!r}: name one of its modules.",
                )
        self.untrained = RandomFeatures(config.untrained) if config.untrained else None
        sizes = self.feature_sizes
        self.gains = nn.Parameter(torch.ones(max(len(sizes), 1)))
        heads = [nn.Linear(size, config.n_labels) for size in sizes]
        self.heads = nn.ModuleList(heads)
        for head in heads:
            nn.init.zeros_(head.weight)
            nn.init.zeros_(head.bias)
        self.register_buffer("temperatures", torch.ones(len(self.members)))
        self.register_buffer("translation", torch.zeros(config.own_labels, config.n_labels))
        self.gradcam_layer = self.gradcam_layers[0] if self.members else "untrained"
        freeze_all_but(self, self.head_parameters if self.heads else ("gains",))

    @property
    def networks(self) -> list[Network]:
        """The frozen networks, in order."""
        return [cast(Network, member) for member in self.members]

    @property
    def gradcam_layers(self) -> tuple[str, ...]:
        """The Grad-CAM layer of every network."""
        return tuple(f"members.{i}.{member.gradcam_layer}" for i, member in enumerate(self.networks))

    @property
    def feature_sizes(self) -> list[int]:
        """Length of each set of features."""
        sizes = [
            _channels(member, layer)
            for member, layers in zip(self.networks, self.layers, strict=True)
            for layer in layers
        ]
        return [n * self.config.grid**2 for n in [*sizes, self.config.untrained] if n]

    @property
    def without_prior(self) -> tuple[bool, ...]:
        """For each set of features, whether it votes without the prior of the networks."""
        trained = len(self.heads) - (self.untrained is not None)
        return tuple(i >= trained for i in range(len(self.heads)))

    def prior_and_features(self, x: Tensor) -> tuple[Tensor, list[Tensor]]:
        """(B, 3, S, S) -> prior Z (B, C), and features (B, D) of each set."""
        priors, maps = [], list[Tensor]()
        for i, (member, layers) in enumerate(zip(self.networks, self.layers, strict=True)):
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
        """Cross-entropy; ``training.families.linear_probe`` adds the regularisation of the heads."""
        return {"cross_entropy": F.cross_entropy(output.logits.float(), labels)}


def _channels(network: Network, layer: str) -> int:
    """Number of channels of a layer's output, those of its last convolution."""
    widths = [m.out_channels for m in network.get_submodule(layer).modules() if isinstance(m, nn.Conv2d)]
    widths = [
        width for width in widths if width > 1
    ]  # the last convolution of an attention unit has one channel
    require(bool(widths), f"the layer {layer!r} has no convolution and so no feature map: choose another.")
    return int(widths[-1])


ENTRY = SystemEntry(Probe, ProbeConfig)
