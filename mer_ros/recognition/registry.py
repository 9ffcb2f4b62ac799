"""The recognition systems by name: their settings, and building them.

To add a system, write ``systems/NAME.py`` with an ``ENTRY`` and enter it in ``systems/catalogue.py``.
Everything else is said by the class itself: what it reads, how it is trained (``family``) and explained
(``explained_by``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from mer_ros.recognition.settings import settings_from
from mer_ros.recognition.system import System
from mer_ros.recognition.systems.catalogue import SYSTEMS
from mer_ros.types import InputKind


def names() -> tuple[str, ...]:
    """The names of all systems, sorted."""
    return tuple(sorted(SYSTEMS.names))


def system_class(name: str) -> type[System]:
    """The class of system ``name``; ConfigError lists the known names if there is none."""
    return SYSTEMS.get(name).system


def config_for(name: str, settings: Mapping[str, Any]) -> Any:
    """The settings dataclass of system ``name``, filled from a mapping; unknown keys are refused."""
    return settings_from(SYSTEMS.get(name).config, settings, f"the configuration of {name!r}")


def reads(name: str) -> tuple[InputKind, ...]:
    """The kinds of input that system ``name`` accepts."""
    return system_class(name).reads


def family(name: str) -> str:
    """How system ``name`` is trained: a name in the catalogue of training families."""
    return system_class(name).family


def has_prototypes(name: str) -> bool:
    """Whether system ``name`` classifies by the distance to prototypes."""
    return system_class(name).has_prototypes


def create(name: str, settings: Mapping[str, Any]) -> System:
    """A freshly initialised system."""
    return system_class(name)(config_for(name, settings))


def settings_of(system: System) -> dict[str, Any]:
    """The mapping from which ``create`` builds the same system."""
    return asdict(system.config)
