"""One training run: a system, taught as its family is, in one checkpoint."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mer_ros.training.config import TrainConfig
from mer_ros.training.families import episodic, lbp_svm, linear_probe, networks  # noqa: F401  (each joins ``train_system``)
from mer_ros.training.files import check_writable
from mer_ros.training.initialisation import initialise
from mer_ros.training.train_system import Job, Result, train_system
from mer_ros.training.trainer import Watch
from mer_ros.types import EMOTIONS

if TYPE_CHECKING:
    from mer_ros.data.clip_set import ClipSet


def run(
    config: TrainConfig,
    out: Path,
    device: str = "auto",
    watch: Watch | None = None,
    clips: ClipSet | None = None,
) -> Result:
    """Train and write ``out``; of networks after every best epoch, each time whole. clips: to learn from in
    place of made data.
    """
    check_writable(out)
    labels = EMOTIONS if clips is None else clips.labels
    system = initialise(config, len(labels), config.seed)
    return train_system(system, Job(config, out, device, watch or Watch(), clips))
