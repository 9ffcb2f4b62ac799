"""Prototype autoencoder: a sample gets the label of the nearest learned prototype; prototypes can be decoded.

After Li, Liu, Chen, Rudin, "Deep Learning for Case-Based Reasoning through Prototypes", arXiv:1710.04806.
The encoder is ResNet-18 without its last layer, with z in R^512, or in R^784 for a grid of 7x7 cells of 16
channels; p_k are the prototypes, at least one per class; a decoder of transposed convolutions maps z, and
therefore every prototype, back to an input.

    logits_c = -min over p of class c of ||z - p||^2
    loss = CE + a * reconstruction + b * cohesion + c * separation
    cohesion = mean over samples of the min over the own class's p of ||z - p||^2
    separation = mean over samples of max(0, margin - min over other classes' p of ||z - p||^2)

Departures: separation is a hinge, because an unbounded negative term diverges; cohesion and separation (in
the form of ProtoPNet, arXiv:1806.10574) replace the paper's R1 and R2; logits are negative distances without
the paper's linear layer, so that the nearest prototype determines the label. Reconstruction is the mean
squared error per value. Prototypes are initialised with the class means of an encoding pass.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mer_ros.errors import ConfigError, require
from mer_ros.recognition import clusters
from mer_ros.recognition.backbones.grid_pool import check_map, check_pool, face_pool
from mer_ros.recognition.backbones.initial_weights import normal_parameter
from mer_ros.recognition.backbones.resnet import BackboneConfig, ResNetTrunk
from mer_ros.recognition.system import ModelOutput, SystemEntry
from mer_ros.recognition.systems.network import CamRule, Network

UNUSED_DISTANCE = 1e4
"""Squared distance to an unused slot, larger than the distance of any latent to a prototype."""


@dataclass(frozen=True)
class PrototypeConfig:
    """Settings of the prototype autoencoder.

    n_labels: number of classes. prototypes_per_class: number of prototypes; ``auto`` chooses it for each
    class from the latents of training subjects after the warm-up. size: width of the input and of the
    decoder's output, a multiple of 8. decoder_width: channels of the decoder's first map. reconstruction,
    cohesion, separation: weights a, b, c of the loss. margin: margin of the hinge, a squared distance.
    warm_up_epochs: number of epochs after which the prototypes are set to the class means again, because at
    the start all latents are similar. grid, grid_channels: cells across the crop over which the last map is
    averaged, and channels of each (``backbones.grid_pool``); grid 0 averages over the face.
    """

    n_labels: int = 7
    prototypes_per_class: int | Literal["auto"] = 1
    size: int = 56
    decoder_width: int = 128
    reconstruction: float = 0.5
    cohesion: float = 0.05
    separation: float = 0.05
    margin: float = 10.0
    warm_up_epochs: int = 1
    grid: int = 0
    grid_channels: int = 16
    backbone: BackboneConfig = field(default_factory=BackboneConfig)

    def __post_init__(self) -> None:
        """Raise ConfigError for values out of range."""
        require(2 <= self.n_labels <= 1000, f"'n_labels' is {self.n_labels}: give 2 to 1000.")
        each = self.prototypes_per_class
        require(
            each == "auto" or 1 <= each <= 100, f"'prototypes_per_class' is {each!r}: give 1 to 100, or auto."
        )
        whole = self.size % 8 == 0 and 16 <= self.size <= 512
        require(whole, f"'size' is {self.size}: give a multiple of 8, 16 to 512.")
        require(8 <= self.decoder_width <= 1024, f"'decoder_width' is {self.decoder_width}: give 8 to 1024.")
        for name in ("reconstruction", "cohesion", "separation", "margin"):
            require(getattr(self, name) >= 0, f"{name!r} is {getattr(self, name)}: give 0 or more.")
        check_pool(self.grid, self.grid_channels)
        check_map(self.backbone.map_size(self.size), self.grid)

    @property
    def slots(self) -> int:
        """The largest number of prototypes of a class."""
        return clusters.MAX_CLUSTERS if self.prototypes_per_class == "auto" else self.prototypes_per_class


class Decoder(nn.Sequential):
    """(B, D) -> (B, 3, size, size) by transposed convolutions: D -> s x s -> 2s -> 4s -> ... -> size."""

    def __init__(self, latent: int, width: int, size: int) -> None:
        doublings = 3
        while size % 2 ** (doublings + 1) == 0 and size // 2**doublings > 8:
            doublings += 1
        layers: list[nn.Module] = [
            nn.Unflatten(1, (latent, 1, 1)),
            nn.ConvTranspose2d(latent, width, size // 2**doublings, bias=False),  # (B, width, s, s)
            nn.BatchNorm2d(width),
            nn.ReLU(inplace=True),
        ]
        for _ in range(doublings - 1):
            narrower = max(width // 2, 16)
            layers += [nn.ConvTranspose2d(width, narrower, 4, 2, 1, bias=False), nn.BatchNorm2d(narrower)]
            layers.append(nn.ReLU(inplace=True))
            width = narrower
        super().__init__(*layers, nn.ConvTranspose2d(width, 3, 4, 2, 1))  # (B, 3, size, size)


class Prototype(Network):
    """ResNet-18 encoder, prototypes in its latent space and a decoder."""

    has_prototypes = True
    head_parameters: tuple[str, ...] = ("prototypes", "decoder.*")
    cam_rule = CamRule("contrast", "cell")  # the paper's rule scores like a uniform map for distances
    config: PrototypeConfig
    used: Tensor

    def __init__(self, config: PrototypeConfig) -> None:
        super().__init__()
        self.config = config
        self.gradcam_layer = f"trunk.{config.backbone.map_layer}"
        self.trunk = ResNetTrunk(config.backbone)
        self.pool = face_pool(self.trunk.out_channels, config.grid, config.grid_channels)
        latent = self.pool.out_channels
        slots = config.n_labels * config.slots
        self.prototypes = normal_parameter(slots, latent, 0.1)
        self.register_buffer("used", torch.ones(slots))  # 0 for an unused slot
        self.decoder = Decoder(latent, config.decoder_width, config.size)
        if config.grid:
            self.head_parameters = (*self.head_parameters, "pool.*")

    @property
    def prototype_labels(self) -> list[int]:
        """The class of each of the K slots: every class has the same number of consecutive slots."""
        return [k // self.config.slots for k in range(len(self.prototypes))]

    @property
    def prototype_counts(self) -> list[int]:
        """Number of prototypes of each class."""
        return [int(own) for own in self.used.unflatten(0, (self.config.n_labels, -1)).sum(1)]

    def encode(self, x: Tensor) -> Tensor:
        """(B, 3, S, S) samples -> (B, D) latents z."""
        return self.pool(self.trunk(x))

    def distances(self, latent: Tensor) -> Tensor:
        """(B, D) latents -> (B, K) squared L2 distances to the prototypes, float32 also under autocast.

        The distance to an unused slot is UNUSED_DISTANCE.
        """
        with torch.autocast(latent.device.type, enabled=False):
            difference = latent.float()[:, None] - self.prototypes.float()[None]  # (B, K, D)
            return difference.square().sum(2).masked_fill(self.used == 0, UNUSED_DISTANCE)

    def label_distances(self, distances: Tensor) -> Tensor:
        """(B, K) distances -> (B, C) distances to the nearest prototype of each class."""
        return distances.unflatten(1, (self.config.n_labels, self.config.slots)).amin(2)

    def forward(self, x: Tensor) -> ModelOutput:
        """(B, 3, S, S) float32 -> logits (B, C), distances (B, K), and in training mode a reconstruction."""
        latent = self.encode(x)
        distances = self.distances(latent)
        reconstruction = self.decoder(latent) if self.training else None
        return ModelOutput(-self.label_distances(distances), distances, latent, reconstruction)

    def check(self) -> None:
        """Raise ConfigError if a class has no prototype or ``used`` has values other than 0 and 1."""
        valid = bool(((self.used == 0) | (self.used == 1)).all())
        if not valid or min(self.prototype_counts) < 1:
            raise ConfigError(f"its classes have {self.prototype_counts} prototypes")

    def nearest_prototype(self, label: int, distances: Tensor) -> int:
        """Index of the nearest prototype of a class from (K,) distances; the first of equal ones."""
        first = label * self.config.slots
        return first + int(distances[first : first + self.config.slots].argmin())

    @torch.no_grad()
    def decode(self, index: int) -> Tensor:
        """Prototype ``index`` in the input space, (3, size, size) float32, scaled like the input."""
        return self.decoder(self.prototypes[index : index + 1].float())[0]

    def loss(self, output: ModelOutput, data: Tensor, labels: Tensor) -> dict[str, Tensor]:
        """Cross-entropy, reconstruction, cohesion and separation."""
        distances = -output.logits.float()  # (B, C)
        own = distances.gather(1, labels[:, None])[:, 0]
        other = distances.scatter(1, labels[:, None], torch.inf).amin(1)
        terms = {
            "cross_entropy": F.cross_entropy(-distances, labels),
            "cohesion": self.config.cohesion * own.mean(),
            "separation": self.config.separation * F.relu(self.config.margin - other).mean(),
        }
        if output.reconstruction is not None:
            error = F.mse_loss(output.reconstruction.float(), data)
            terms["reconstruction"] = self.config.reconstruction * error
        return terms

    def on_epoch_start(self, epoch: int, encode: Callable[[], tuple[Tensor, Tensor]]) -> None:
        """Set the prototypes to class means before the first epoch and after the warm-up."""
        if epoch in (0, self.config.warm_up_epochs):
            self.initialise_prototypes(*encode())

    @torch.no_grad()
    def initialise_prototypes(self, latents: Tensor, labels: Tensor) -> None:
        """Set the prototypes of each class to cluster means (``clusters``) of its latents.

        latents: (N, D). labels: (N,). A class without samples keeps its prototypes.
        """
        slots = self.config.slots
        for label in range(self.config.n_labels):
            own = latents[labels == label].float()
            if len(own) == 0:
                continue
            k = clusters.choose_k(own) if self.config.prototypes_per_class == "auto" else slots
            first = label * slots
            self.prototypes[first : first + k] = clusters.cluster_means(own, k).to(self.prototypes)
            self.used[first : first + slots] = (torch.arange(slots) < k).to(self.used)


ENTRY = SystemEntry(Prototype, PrototypeConfig)
