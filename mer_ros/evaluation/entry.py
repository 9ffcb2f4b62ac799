"""How a registered system of any family enters an evaluation."""

from __future__ import annotations

from dataclasses import asdict
from functools import singledispatch
from typing import Any

from mer_ros.recognition import System
from mer_ros.training.config import TrainConfig
from mer_ros.training.entrant import Entrant


@singledispatch
def entrant_of(system: System, config: TrainConfig, device: str) -> Entrant:
    """The contestant that trains such a system anew in every fold.

    Families join with ``@entrant.register``; whoever asks imports their files first.
    """
    raise TypeError(f"nobody enters a {type(system).__name__}")


def training_settings(config: TrainConfig) -> dict[str, Any]:
    """The settings of training that decide answers: all but those of made data and of rejection."""
    settings = asdict(config)
    for name in ("samples", "validation_samples", "seed", "rejection_quantile"):
        del settings[name]
    return settings
