"""Entrants that are trained by no family: the controls, and finished checkpoints.

Names are imported when they are used, because torch takes seconds to import.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mer_ros.evaluation.entrants.catalogue import CONTROLS
    from mer_ros.evaluation.entrants.checkpoint import CheckpointEntrant

_MODULES = {
    "CONTROLS": "catalogue",
    "CheckpointEntrant": "checkpoint",
}

__all__ = [
    "CONTROLS",
    "CheckpointEntrant",
]


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
