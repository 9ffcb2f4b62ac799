"""What every recognition system is, and how it is entered in the catalogue."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

from torch import Tensor, nn

from mer_ros.types import InputKind


@dataclass(frozen=True, eq=False)
class ModelOutput:
    """Output of a system for a batch.

    logits: (B, C) float. distances: (B, K) squared L2 to every prototype, or None. latent: (B, D) or None.
    reconstruction: (B, 3, S, S) or None (computed only in training mode).
    """

    logits: Tensor
    distances: Tensor | None = None
    latent: Tensor | None = None
    reconstruction: Tensor | None = None


class System(nn.Module, ABC):
    """A recognition system: a torch module whose parameters and buffers are everything that it has learned.

    reads: the kinds of input that it accepts. family: how it is trained, a name in the catalogue of training
    families. explained_by: a name in the catalogue of attribution methods. has_prototypes: whether its logits
    are distances to ``prototypes``. config: the frozen dataclass from which it was built, which alone
    determines the names and shapes of its state; its field ``n_labels`` is the number of classes.
    """

    reads: ClassVar[tuple[InputKind, ...]]
    family: ClassVar[str]
    explained_by: ClassVar[str]
    has_prototypes: ClassVar[bool] = False
    config: Any

    @abstractmethod
    def forward(self, x: Tensor) -> ModelOutput:
        """(B, ...) float32 samples of one of the kinds it reads, scaled -> its output."""

    def check(self) -> None:
        """Refuse a state, such as one read from a file, that no training produces: ConfigError."""

    def stored(self) -> dict[str, Tensor]:
        """The state as a checkpoint holds it, each tensor in its storage precision."""
        return dict(self.state_dict())

    def nearest_prototype(self, label: int, distances: Tensor) -> int | None:
        """Index of the nearest prototype of a class by (K,) distances; None without prototypes."""
        return None

    def decode(self, index: int) -> Tensor | None:
        """(3, S, S) float32: prototype ``index`` as a scaled sample; None without a decoder."""
        return None


@dataclass(frozen=True)
class SystemEntry:
    """How a system is built: ``system(config)``, ``config`` an instance of the dataclass of its settings."""

    system: type[System]
    config: type
