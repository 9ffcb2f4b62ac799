"""Linear probe: convex heads on features of frozen systems, for data sets too small to train a network.

The systems were trained on synthetic flow and keep all their weights. Their votes, translated into the
classes of the data set (``systems.votes``), are the prior Z. A linear head on the features of each layer,
averaged over a grid across the face, adds what it learns from the data set:

    s_j(x) = g_j Z(x) + A_j f_j(x) + b_j
    logits = mean over feature sets j of log softmax(s_j)

With A_j = 0 the logits are those of the votes; training (``training.families.linear_probe``) regularises
A_j towards 0 by L2. Two sets of features need no network: the pixels of the sample, and two convolutions with
random weights (the control ``random_net``). The head of the latter votes without the prior, g = 0: on
synthetic sets with other action units than in training, its vote helps most where the networks fail [ours].
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mer_ros.errors import require
from mer_ros.recognition.backbones.random_features import RandomFeatures
from mer_ros.recognition.freezing import freeze_all_but
from mer_ros.recognition.system import ModelOutput, System, SystemEntry
from mer_ros.recognition.systems.votes import Votes, VotesConfig


@dataclass(frozen=True)
class ProbeConfig(VotesConfig):
    """Settings: also the features.

    grid: number of cells across the crop over which features are averaged. untrained: channels of the random
    features, 0 for none. pixels: width to which the sample is shrunk for the head on its pixels, 0 for none.
    """

    grid: int = 7
    untrained: int = 128
    pixels: int = 0

    def __post_init__(self) -> None:
        """Raise ConfigError for values out of range."""
        super().__post_init__()
        require(1 <= self.grid <= 64, f"'grid' is {self.grid}: give 1 to 64.")
        require(0 <= self.untrained <= 4096, f"'untrained' is {self.untrained}: give 0 to 4096.")
        require(0 <= self.pixels <= 64, f"'pixels' is {self.pixels}: give 0 to 64.")


class Probe(Votes):
    """Frozen systems and one linear head per set of features; before training the votes of the systems."""

    family = "linear_probe"
    head_parameters = ("heads.*", "gains")
    config: ProbeConfig

    def __init__(self, config: ProbeConfig) -> None:
        super().__init__(config)
        self.layers = tuple(member.layers for member in config.members)
        for member, layers in zip(self.systems, self.layers, strict=True):
            names = dict(member.named_modules())
            for layer in layers:
                require(
                    layer in names and layer != "",
                    f"a member of the probe has no layer {layer!r}: name one of its modules.",
                )
        self.untrained = RandomFeatures(config.untrained) if config.untrained else None
        sizes = self.feature_sizes
        self.gains = nn.Parameter(torch.ones(max(len(sizes), 1)))
        heads = [nn.Linear(size, config.n_labels) for size in sizes]
        self.heads = nn.ModuleList(heads)
        for head in heads:
            nn.init.zeros_(head.weight)
            nn.init.zeros_(head.bias)
        if not self.members:
            self.gradcam_layer = "untrained"
        freeze_all_but(self, self.head_parameters if self.heads else ("gains",))

    @property
    def feature_sizes(self) -> list[int]:
        """Length of each set of features: of the layers, the pixels and the random features."""
        config = self.config
        channels = [
            _channels(member, layer)
            for member, layers in zip(self.systems, self.layers, strict=True)
            for layer in layers
        ]
        sizes = [n * config.grid**2 for n in channels]
        return [n for n in (*sizes, 3 * config.pixels**2, config.untrained * config.grid**2) if n]

    @property
    def without_prior(self) -> tuple[bool, ...]:
        """For each set of features, whether it votes without the prior of the systems."""
        trained = len(self.heads) - (self.untrained is not None)
        return tuple(i >= trained for i in range(len(self.heads)))

    def prior_and_features(self, x: Tensor) -> tuple[Tensor, list[Tensor]]:
        """(B, 3, S, S) -> prior Z (B, C), and features (B, D) of each set."""
        priors, maps = [], list[Tensor]()
        for i, (member, layers) in enumerate(zip(self.systems, self.layers, strict=True)):
            kept: list[Tensor] = []
            hooks = [
                member.get_submodule(layer).register_forward_hook(lambda m, a, out, k=kept: k.append(out))
                for layer in layers
            ]
            try:
                logits = self.logits_of(i, x)
            finally:
                for hook in hooks:
                    hook.remove()
            maps += [one.float() for one in kept]
            priors.append(self.vote(i, logits))
        features = [F.adaptive_avg_pool2d(one, self.config.grid).flatten(1) for one in maps]
        if self.config.pixels:
            size = (self.config.pixels, self.config.pixels)
            features.append(F.interpolate(x, size=size, mode="area").flatten(1))
        if self.untrained is not None:
            features.append(F.adaptive_avg_pool2d(self.untrained(x), self.config.grid).flatten(1))
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


def _channels(member: System, layer: str) -> int:
    """Number of channels of a layer's output, those of its last convolution."""
    widths = [m.out_channels for m in member.get_submodule(layer).modules() if isinstance(m, nn.Conv2d)]
    widths = [
        width for width in widths if width > 1
    ]  # the last convolution of an attention unit has one channel
    require(bool(widths), f"the layer {layer!r} has no convolution and so no feature map: choose another.")
    return int(widths[-1])


ENTRY = SystemEntry(Probe, ProbeConfig)
