"""Recognition: sample -> prediction. One file per system; the registry knows them by name.

Names are handed on when they are asked for: torch takes seconds to import, and those who only measure a
file's header or make a sample do not need it.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOME = {
    "Output": "registry",
    "System": "registry",
    "Recogniser": "recogniser",
    "config_for": "registry",
    "create": "registry",
    "names": "registry",
    "reads": "registry",
    "register": "registry",
}

__all__ = ["Output", "Recogniser", "System", "config_for", "create", "names", "reads", "register"]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
