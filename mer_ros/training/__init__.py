"""Training: settings and samples -> one checkpoint, for every family of systems.

Names are imported when they are used, because torch takes seconds to import.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mer_ros.catalogue import lazy_names

if TYPE_CHECKING:
    from mer_ros.training.augmentation import Augmentation
    from mer_ros.training.config import OptimiserConfig, ProbeTraining, TrainConfig
    from mer_ros.training.entrant import Entrant, FoldPrediction, TrainingSet
    from mer_ros.training.job import Job, Result
    from mer_ros.training.observer import TrainingObserver
    from mer_ros.training.run import train
    from mer_ros.training.settings_file import default, load, named

_MODULES = {
    "Augmentation": "augmentation",
    "Entrant": "entrant",
    "FoldPrediction": "entrant",
    "Job": "job",
    "OptimiserConfig": "config",
    "ProbeTraining": "config",
    "Result": "job",
    "TrainConfig": "config",
    "TrainingObserver": "observer",
    "TrainingSet": "entrant",
    "default": "settings_file",
    "load": "settings_file",
    "named": "settings_file",
    "train": "run",
}

__all__ = [
    "Augmentation",
    "Entrant",
    "FoldPrediction",
    "Job",
    "OptimiserConfig",
    "ProbeTraining",
    "Result",
    "TrainConfig",
    "TrainingObserver",
    "TrainingSet",
    "default",
    "load",
    "named",
    "train",
]

__getattr__ = lazy_names(__name__, _MODULES)
