"""The recognition systems by name.

A system joins with one decorator:

@register("micro_attention", MicroAttentionConfig)
class MicroAttention(System): ...
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeVar

from torch import Tensor, nn

from mer_ros.errors import ConfigError
from mer_ros.recognition.settings import settings_from

S = TypeVar("S", bound="type[System]")


@dataclass(frozen=True, eq=False)
class Output:
    """What a system answers for a batch.

    logits: (B, C) float. distances: (B, K) squared L2 to every prototype, or None. latent: (B, D) or None.
    reconstruction: (B, 3, S, S) or None (made only while training).
    """

    logits: Tensor
    distances: Tensor | None = None
    latent: Tensor | None = None
    reconstruction: Tensor | None = None


@dataclass(frozen=True)
class CamRule:
    """How a system's heat-map is made; see ``mer_ros.explanation.grad_cam``. The defaults are the paper's."""

    target: Literal["logit", "contrast"] = "logit"
    weights: Literal["mean", "cell"] = "mean"


PAPER = CamRule()


class System(nn.Module, ABC):
    """A network that reads (B, 3, size, size) float32 of either input kind and answers an Output.

    gradcam_layer: name of the submodule whose output Grad-CAM reads, at least 14x14. cam_rule: how. loss:
    what training minimises. ``config`` is the frozen dataclass it was made from.
    """

    gradcam_layer: str
    cam_rule: CamRule = PAPER
    config: Any

    @abstractmethod
    def loss(self, output: Output, data: Tensor, labels: Tensor) -> dict[str, Tensor]:
        """Named terms, each already weighted; training minimises their sum."""

    def on_epoch_start(self, epoch: int, encode: Callable[[], tuple[Tensor, Tensor]]) -> None:
        """Called before each epoch; ``encode()`` gives latents (N, D) and labels (N,) of training data."""


_SYSTEMS: dict[str, tuple[type[System], type]] = {}


def register(name: str, config: type) -> Callable[[S], S]:
    """Class decorator that makes a system known by ``name``, with the dataclass of its settings."""

    def add(system: S) -> S:
        if name in _SYSTEMS:
            raise ConfigError(f"Two systems are named {name!r}: give one of them another name.")
        _SYSTEMS[name] = (system, config)
        return system

    return add


def names() -> tuple[str, ...]:
    """The names of all systems, sorted."""
    _import_systems()
    return tuple(sorted(_SYSTEMS))


def config_for(name: str, settings: Mapping[str, Any]) -> Any:
    """The settings dataclass of system ``name``, filled from a mapping; unknown keys are refused."""
    return settings_from(_entry(name)[1], settings, f"the configuration of {name!r}")


def create(name: str, settings: Mapping[str, Any]) -> System:
    """A freshly initialised system."""
    return _entry(name)[0](config_for(name, settings))


def settings_of(system: System) -> dict[str, Any]:
    """The mapping from which ``create`` makes the same system."""
    return asdict(system.config)


def _import_systems() -> None:
    """Bring in the systems of this package; each registers itself."""
    from mer_ros.recognition import micro_attention, prototype  # noqa: F401


def _entry(name: str) -> tuple[type[System], type]:
    _import_systems()
    if name not in _SYSTEMS:
        raise ConfigError(f"No recognition system is named {name!r}: choose one of {', '.join(names())}.")
    return _SYSTEMS[name]
