"""Recognition: sample -> prediction. Each system has one file and one line in ``systems/catalogue.py``.

Names are imported on first use: torch takes seconds to import, and reading a file's header or finding a model
by name does not need it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mer_ros.catalogue import lazy_names

if TYPE_CHECKING:
    from mer_ros.recognition.checkpoint import Calibration, Checkpoint, ModelCard
    from mer_ros.recognition.recogniser import Recogniser
    from mer_ros.recognition.registry import config_for, create, names, reads
    from mer_ros.recognition.sample import InputSpec, sample_of
    from mer_ros.recognition.system import ModelOutput, System, SystemEntry
    from mer_ros.recognition.systems.catalogue import SYSTEMS

_MODULES = {
    "SYSTEMS": "systems.catalogue",
    "Calibration": "checkpoint",
    "Checkpoint": "checkpoint",
    "InputSpec": "sample",
    "ModelCard": "checkpoint",
    "ModelOutput": "system",
    "Recogniser": "recogniser",
    "System": "system",
    "SystemEntry": "system",
    "config_for": "registry",
    "create": "registry",
    "names": "registry",
    "reads": "registry",
    "sample_of": "sample",
}

__all__ = [
    "SYSTEMS",
    "Calibration",
    "Checkpoint",
    "InputSpec",
    "ModelCard",
    "ModelOutput",
    "Recogniser",
    "System",
    "SystemEntry",
    "config_for",
    "create",
    "names",
    "reads",
    "sample_of",
]

__getattr__ = lazy_names(__name__, _MODULES)
