"""Systems that are networks: learned by gradients, explained by Grad-CAM."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from mer_ros.recognition.registry import Output, System


@dataclass(frozen=True)
class CamRule:
    """How a system's heat-map is made; see ``mer_ros.explanation.grad_cam``. The defaults are the paper's."""

    target: Literal["logit", "contrast"] = "logit"
    weights: Literal["mean", "cell"] = "mean"


PAPER = CamRule()


class Network(System):
    """A network that reads (B, 3, size, size) float32.

    gradcam_layer: name of the submodule whose output Grad-CAM reads, at least 14x14. cam_rule: how. loss:
    what training minimises.
    """

    reads = ("flow", "apex")
    gradcam_layer: str
    cam_rule: CamRule = PAPER

    @abstractmethod
    def loss(self, output: Output, data: Tensor, labels: Tensor) -> dict[str, Tensor]:
        """Named terms, each already weighted; training minimises their sum."""

    def on_epoch_start(self, epoch: int, encode: Callable[[], tuple[Tensor, Tensor]]) -> None:
        """Called before each epoch; ``encode()`` gives latents (N, D) and labels (N,) of training data."""

    def stored(self) -> dict[str, Tensor]:
        """Matrices in half precision, vectors (biases, norms) as they are."""
        return {
            key: value.to(torch.float16) if value.is_floating_point() and value.ndim >= 2 else value
            for key, value in self.state_dict().items()
        }
