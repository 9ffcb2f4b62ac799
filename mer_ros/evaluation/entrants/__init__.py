"""Entrants that are trained by no family: the controls, and finished checkpoints.

Names are imported when they are used, because torch takes seconds to import.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mer_ros.catalogue import lazy_names

if TYPE_CHECKING:
    from mer_ros.evaluation.entrants.catalogue import CONTROLS, SYNTHETIC_CONTROLS
    from mer_ros.evaluation.entrants.checkpoint import CheckpointEntrant

_MODULES = {
    "CONTROLS": "catalogue",
    "CheckpointEntrant": "checkpoint",
    "SYNTHETIC_CONTROLS": "catalogue",
}

__all__ = [
    "CONTROLS",
    "CheckpointEntrant",
    "SYNTHETIC_CONTROLS",
]

__getattr__ = lazy_names(__name__, _MODULES)
