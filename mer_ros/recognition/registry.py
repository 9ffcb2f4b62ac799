"""The recognition systems by name, and what every one of them is.

A system joins with one decorator:

@register("micro_attention", MicroAttentionConfig)
class MicroAttention(Network): ...

Families of systems (``network.Network``, ``lbp_svm.LbpSvm``) differ in how they learn and how they are
explained. That is known to ``training``, ``evaluation`` and ``explanation``, each by one generic function
(``functools.singledispatch``) over the families; everybody else sees a System.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, TypeVar

from torch import Tensor, nn

from mer_ros.errors import ConfigError
from mer_ros.recognition.settings import settings_from
from mer_ros.types import InputKind

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


class System(nn.Module, ABC):
    """What answers samples: a torch module, whose parameters and buffers are all that it has learned.

    reads: the kinds of input it can be given. config: the frozen dataclass it was made from, which alone
    decides the names and shapes of its state; its field ``n_labels`` is the number of classes.
    has_prototypes: whether it answers by the distance to ``prototypes`` that it holds.
    """

    reads: ClassVar[tuple[InputKind, ...]]
    has_prototypes: ClassVar[bool] = False
    config: Any

    @abstractmethod
    def forward(self, x: Tensor) -> Output:
        """(B, ...) float32 samples of one of the kinds it reads, scaled -> the answers."""

    def check(self) -> None:
        """Refuse a state, as from a file, that cannot have been learned: ConfigError."""

    def stored(self) -> dict[str, Tensor]:
        """What a checkpoint holds of the state, each tensor in the precision it is kept in."""
        return dict(self.state_dict())


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


def reads(name: str) -> tuple[InputKind, ...]:
    """The kinds of input that system ``name`` can be given."""
    return _entry(name)[0].reads


def has_prototypes(name: str) -> bool:
    """Whether system ``name`` answers by the distance to prototypes."""
    return _entry(name)[0].has_prototypes


def create(name: str, settings: Mapping[str, Any]) -> System:
    """A freshly initialised system."""
    return _entry(name)[0](config_for(name, settings))


def settings_of(system: System) -> dict[str, Any]:
    """The mapping from which ``create`` makes the same system."""
    return asdict(system.config)


def _import_systems() -> None:
    """Bring in the systems of this package; each registers itself."""
    from mer_ros.recognition.systems import (  # noqa: F401
        lbp_svm,
        me_plan,
        micro_attention,
        micro_attention_grey,
        probe,
        prototype,
    )


def _entry(name: str) -> tuple[type[System], type]:
    _import_systems()
    if name not in _SYSTEMS:
        raise ConfigError(f"No recognition system is named {name!r}: choose one of {', '.join(names())}.")
    return _SYSTEMS[name]
