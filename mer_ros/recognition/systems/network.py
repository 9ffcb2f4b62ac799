"""Systems that are networks: learned by gradients, explained by Grad-CAM."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Literal, TypeVar

import torch
from torch import Tensor

from mer_ros.recognition.freezing import still_frozen_norms
from mer_ros.recognition.registry import Output, System
from mer_ros.types import InputKind

N = TypeVar("N", bound="Network")


@dataclass(frozen=True)
class CamRule:
    """How a system's heat-map is made; see ``mer_ros.explanation.methods.grad_cam``. The defaults are the paper's."""

    target: Literal["logit", "contrast"] = "logit"
    weights: Literal["mean", "cell"] = "mean"


PAPER = CamRule()


class Network(System):
    """A network that reads (B, 3, size, size) float32, or (B, T, 3, size, size) where it reads sequences.

    gradcam_layer: name of the submodule whose output Grad-CAM reads, at least 14x14. cam_rule: how.
    beside_backbone: patterns of the parameters that learn where the backbone is frozen
    (``frozen.freeze_all_but``). loss: what training minimises.
    """

    reads: ClassVar[tuple[InputKind, ...]] = ("flow", "apex")
    gradcam_layer: str
    cam_rule: CamRule = PAPER
    beside_backbone: ClassVar[tuple[str, ...]]

    @abstractmethod
    def loss(self, output: Output, data: Tensor, labels: Tensor) -> dict[str, Tensor]:
        """Named terms, each already weighted; training minimises their sum."""

    def train(self: N, mode: bool = True) -> N:
        """As in torch, but the norms of a frozen part stay in evaluation mode."""
        super().train(mode)
        still_frozen_norms(self)
        return self

    def on_epoch_start(self, epoch: int, encode: Callable[[], tuple[Tensor, Tensor]]) -> None:
        """Called before each epoch; ``encode()`` gives latents (N, D) and labels (N,) of training data."""

    def stored(self) -> dict[str, Tensor]:
        """Matrices in half precision, vectors (biases, norms) as they are."""
        return {
            key: value.to(torch.float16) if value.is_floating_point() and value.ndim >= 2 else value
            for key, value in self.state_dict().items()
        }
