"""Systems that are neural networks: trained by gradient descent, explained by their gradients."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from typing import ClassVar, TypeVar

import torch
from torch import Tensor

from mer_ros.recognition.freezing import freeze_norm_statistics
from mer_ros.recognition.system import PAPER, CamRule, ModelOutput, System
from mer_ros.types import InputKind

N = TypeVar("N", bound="Network")


class Network(System):
    """A network that reads (B, 3, size, size) float32 samples, or (B, T, 3, size, size) sequences.

    gradcam_layer: its output is at least 14x14. head_parameters: patterns of the parameters that are trained
    while the backbone is frozen (``freezing.freeze_all_but``).
    """

    reads: ClassVar[tuple[InputKind, ...]] = ("flow", "apex")
    family: ClassVar[str] = "networks"
    explained_by: str = "integrated_gradients"
    gradcam_layer: str
    cam_rule: CamRule = PAPER
    head_parameters: tuple[str, ...]

    @abstractmethod
    def loss(self, output: ModelOutput, data: Tensor, labels: Tensor) -> dict[str, Tensor]:
        """Weighted terms by name; training minimises their sum."""

    def train(self: N, mode: bool = True) -> N:
        """Like torch, except that the norms of frozen parts stay in evaluation mode."""
        super().train(mode)
        freeze_norm_statistics(self)
        return self

    def on_epoch_start(self, epoch: int, encode: Callable[[], tuple[Tensor, Tensor]]) -> None:
        """Prepare an epoch; ``encode()`` returns latents (N, D) and labels (N,) of the training data."""

    def stored(self) -> dict[str, Tensor]:
        """The state, matrices in half precision."""
        return half_precision(self.state_dict())


def half_precision(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """A state with matrices in half precision and vectors (biases, norms) in their own precision."""
    return {
        key: value.to(torch.float16) if value.is_floating_point() and value.ndim >= 2 else value
        for key, value in state.items()
    }
