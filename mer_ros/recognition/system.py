"""Base class of all recognition systems, and their entry in the catalogue."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol

from torch import Tensor, nn

from mer_ros.types import InputKind


@dataclass(frozen=True, eq=False)
class ModelOutput:
    """Output of a system for a batch.

    logits: (B, C) float. distances: (B, K) squared L2 distances to the K prototypes, or None. latent: (B, D)
    or None. reconstruction: (B, 3, S, S) or None, computed only in training mode.
    """

    logits: Tensor
    distances: Tensor | None = None
    latent: Tensor | None = None
    reconstruction: Tensor | None = None


CamWeights = Literal["mean", "cell", "plus_plus"]


@dataclass(frozen=True)
class CamRule:
    """Variant of Grad-CAM for the heat map (``explanation.methods.grad_cam``); the default is the paper's.

    target: score that is explained. weights: those of the maps of a member of ``votes``; elsewhere the
    attribution method determines them.
    """

    target: Literal["logit", "contrast"] = "logit"
    weights: CamWeights = "mean"


PAPER = CamRule()


class SystemConfig(Protocol):
    """Settings of a system: a frozen dataclass."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def n_labels(self) -> int:
        """Number of classes."""


class System(nn.Module, ABC):
    """A recognition system: a torch module whose parameters and buffers contain everything it has learned.

    reads: kinds of input that it accepts. family: name in the catalogue of training families. explained_by:
    name in the catalogue of attribution methods; for the shipped models the one that `make bench-explain`
    found most faithful, for all others not measured.
    attention_layers: names of the submodules whose output is an attention map, (B, 1, h, w) or
    (B, 1, t, h, w). has_prototypes: whether the logits are distances to
    ``prototypes``. gradcam_layer: name of the submodule whose output Grad-CAM reads; "" for none, and then
    the system is no member of ``votes`` or of a ``probe``. cam_rule: variant of Grad-CAM. config: frozen
    dataclass from which the system was built; it alone determines the names and shapes of the state, and its
    field ``n_labels`` is the number of classes.
    """

    reads: ClassVar[tuple[InputKind, ...]]
    family: ClassVar[str]
    explained_by: str
    has_prototypes: ClassVar[bool] = False
    attention_layers: tuple[str, ...] = ()
    gradcam_layer: str = ""
    cam_rule: CamRule = PAPER
    config: SystemConfig

    if TYPE_CHECKING:

        def __call__(self, x: Tensor) -> ModelOutput:
            """``forward`` and its hooks, which nn.Module declares without types."""
            return self.forward(x)

    @abstractmethod
    def forward(self, x: Tensor) -> ModelOutput:
        """(B, ...) float32 scaled samples of a kind in ``reads`` -> output."""

    @property
    def gradcam_layers(self) -> tuple[str, ...]:
        """The layers that Grad-CAM reads: ``gradcam_layer``, or one of each member."""
        return (self.gradcam_layer,) if self.gradcam_layer else ()

    def check(self) -> None:
        """Raise ConfigError for a state, for example from a file, that no training produces."""

    def stored(self) -> dict[str, Tensor]:
        """The state for a checkpoint, each tensor in its storage precision."""
        return dict(self.state_dict())

    def nearest_prototype(self, label: int, distances: Tensor) -> int | None:
        """Index of the nearest prototype of a class from (K,) distances; None without prototypes."""
        return None

    def decode(self, index: int) -> Tensor | None:
        """Prototype ``index`` as a scaled sample, (3, S, S) float32; None without a decoder."""
        return None


@dataclass(frozen=True)
class SystemEntry:
    """Construction of a system: ``system(config)``, where ``config`` is an instance of the settings class.

    system: class of the system. config: dataclass of its settings.
    """

    system: type[System]
    config: type[SystemConfig]
