"""One training run: a fresh system, taught as its family is, in one checkpoint."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import torch

from mer_ros.recognition import create
from mer_ros.training import of_machine, of_me_plan, of_network  # noqa: F401  (each joins ``teach``)
from mer_ros.training.config import TrainConfig
from mer_ros.training.files import check_writable
from mer_ros.training.teach import Job, Result, teach
from mer_ros.training.trainer import Watch
from mer_ros.types import EMOTIONS


def run(config: TrainConfig, out: Path, device: str = "auto", watch: Watch | None = None) -> Result:
    """Train and write ``out``, whole or not at all."""
    check_writable(out)
    config = replace(config, model={**config.model, "n_labels": len(EMOTIONS)})
    torch.manual_seed(config.seed)
    system = create(config.system, config.model)
    return teach(system, Job(config, out, device, watch or Watch()))
