"""The recognition systems by name: their settings and their construction.

To add a system, write ``systems/NAME.py`` with an ``ENTRY`` and enter it in ``systems/catalogue.py``. The
class itself declares everything else: the input it reads, how it is trained (``family``) and how it is
explained (``explained_by``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from mer_ros.recognition.settings import settings_from
from mer_ros.recognition.system import System, SystemConfig
from mer_ros.recognition.systems.catalogue import SYSTEMS
from mer_ros.types import InputKind


def names() -> tuple[str, ...]:
    """The names of all systems, sorted."""
    return tuple(sorted(SYSTEMS.names))


def system_class(name: str) -> type[System]:
    """The class of system ``name``; ConfigError with the known names if there is none."""
    return SYSTEMS.get(name).system


def config_for(name: str, settings: Mapping[str, Any]) -> SystemConfig:
    """The settings of system ``name`` from a mapping; ConfigError for unknown keys."""
    return settings_from(SYSTEMS.get(name).config, settings, f"the configuration of {name!r}")


def reads(name: str) -> tuple[InputKind, ...]:
    """The kinds of input that system ``name`` accepts."""
    return system_class(name).reads


def family(name: str) -> str:
    """The training family of system ``name``, a name in the catalogue of families."""
    return system_class(name).family


def has_prototypes(name: str) -> bool:
    """Whether system ``name`` classifies by the distance to prototypes."""
    return system_class(name).has_prototypes


def create(name: str, settings: Mapping[str, Any]) -> System:
    """A newly initialised system."""
    return system_class(name)(config_for(name, settings))


def settings_of(system: System) -> dict[str, Any]:
    """The mapping from which ``create`` builds the same system."""
    return asdict(system.config)
