"""A probe: convex heads on frozen networks, for sets too small to train a network on.

Networks that learned elsewhere, on made flow, keep all their weights. What they answer, translated into the
classes of the set and averaged over the networks, is where the answer starts; a linear head on the features
of each layer, averaged over a grid across the face, adds what the set itself teaches:

    Z(x)   = mean over networks m of log(p_m(x) T),     T (E, C): how much of a class each own label is
    s_j(x) = g_j Z(x) + A_j f_j(x) + b_j
    logits = mean over feature sets j of log softmax(s_j)

A_j = 0 is the networks' own answer; training (``training.families.linear_probe``) pulls A_j towards it by L2. One more
set of features votes without their opinion, g = 0. It comes from two convolutions that were never trained
(the control ``random_net``): on 442 real clips such features alone have reached what trained ones did,
and on made sets of other muscles than were trained on the vote helps most where the networks are least to
be trusted [ours].
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mer_ros.errors import require
from mer_ros.recognition.freezing import freeze_all_but
from mer_ros.recognition.registry import Output, create, register
from mer_ros.recognition.systems.network import Network

LEAST = 1e-4
"""Probabilities below this are taken for it: one sure network must not outvote all others."""


@dataclass(frozen=True)
class Member:
    """One frozen network. layers: the submodules whose (B, K, h, w) outputs are read, in the order of its
    forward pass.
    """

    system: str
    settings: dict[str, Any]
    layers: tuple[str, ...]


@dataclass(frozen=True)
class ProbeConfig:
    """Settings of a probe.

    n_labels: classes. members: the frozen networks. own_labels: their classes. grid: cells across the crop to
    which features are averaged. untrained: channels of the untrained features, 0 for none.
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


class Untrained(nn.Module):
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
        """The input is brought to 28 px, where the control has its scale."""
        x = F.interpolate(x, size=(28, 28), mode="area")
        x = F.avg_pool2d(F.relu(F.conv2d(x, self.first, padding=2)), 2)  # (B, 64, 14, 14)
        return F.relu(F.conv2d(x, self.second, padding=1))  # (B, channels, 14, 14)


@register("probe", ProbeConfig)
class Probe(Network):
    """See above. What ``training.families.linear_probe`` has not taught answers as its networks do."""

    beside_backbone = ("heads.*", "gains")

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
        self.untrained = Untrained(config.untrained) if config.untrained else None
        sizes = self.feature_sizes
        self.gains = nn.Parameter(torch.ones(max(len(sizes), 1)))
        self.heads = nn.ModuleList(nn.Linear(size, config.n_labels) for size in sizes)
        for head in self.heads:
            nn.init.zeros_(head.weight)
            nn.init.zeros_(head.bias)
        self.register_buffer("temperatures", torch.ones(len(self.members)))
        self.register_buffer("translation", torch.zeros(config.own_labels, config.n_labels))
        self.gradcam_layer = self.gradcam_layers[0] if self.members else "untrained"
        freeze_all_but(self, self.beside_backbone if self.heads else ("gains",))

    @property
    def gradcam_layers(self) -> tuple[str, ...]:
        """The layer of the heat-map of every network."""
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
    def alone(self) -> tuple[bool, ...]:
        """Which sets of features vote without the networks' opinion."""
        trained = len(self.heads) - (self.untrained is not None)
        return tuple(i >= trained for i in range(len(self.heads)))

    def read(self, x: Tensor) -> tuple[Tensor, list[Tensor]]:
        """(B, 3, S, S) -> Z (B, C) and the features of each set (B, D)."""
        opinions, maps = [], list[Tensor]()
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
            chances = torch.softmax(logits / self.temperatures[i], 1) @ self.translation
            total = chances.sum(1, keepdim=True)
            even = torch.full_like(chances, 1 / self.config.n_labels)
            chances = torch.where(total > 0, chances / total.clamp_min(1e-12), even)
            opinions.append(chances.clamp_min(LEAST).log())
        if self.untrained is not None:
            maps.append(self.untrained(x))
        features = [F.adaptive_avg_pool2d(one, self.config.grid).flatten(1) for one in maps]
        none = torch.zeros(len(x), self.config.n_labels, device=x.device)
        return torch.stack(opinions).mean(0) if opinions else none, features

    def forward(self, x: Tensor) -> Output:
        """(B, 3, S, S) float32 -> logits (B, C)."""
        start, features = self.read(x)
        scores = [
            torch.log_softmax(gain * start + head(one), 1)
            for gain, head, one in zip(self.gains, self.heads, features, strict=False)
        ]
        return Output(torch.stack(scores).mean(0) if scores else start)

    def loss(self, output: Output, data: Tensor, labels: Tensor) -> dict[str, Tensor]:
        """Cross-entropy; the heads are found by ``training.families.linear_probe``, which knows the pull."""
        return {"cross_entropy": F.cross_entropy(output.logits.float(), labels)}


def _channels(network: Network, layer: str) -> int:
    """Channels of a layer's output: of the last convolution in it."""
    widths = [m.out_channels for m in network.get_submodule(layer).modules() if isinstance(m, nn.Conv2d)]
    widths = [width for width in widths if width > 1]  # an attention unit ends in one map
    require(bool(widths), f"the layer {layer!r} has no convolution, so it gives no map: name another.")
    return int(widths[-1])
