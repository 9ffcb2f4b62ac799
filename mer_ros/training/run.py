"""One training run: settings in, one checkpoint out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mer_ros.recognition.model_files import check_output
from mer_ros.training.config import TrainConfig
from mer_ros.training.families.choice import family_of
from mer_ros.training.job import Job, Result
from mer_ros.training.observer import SILENT_TRAINING, TrainingObserver

if TYPE_CHECKING:
    from mer_ros.data.clip_set import ClipSet


def train(
    config: TrainConfig,
    out: Path,
    device: str = "auto",
    observer: TrainingObserver = SILENT_TRAINING,
    clips: ClipSet | None = None,
) -> Result:
    """Train as ``config`` says and write the checkpoint ``out``; networks write it after every best epoch.

    clips: labelled clips to train on in place of synthetic data. ConfigError where ``out`` cannot be written
    or the settings do not fit the family; DataError where the data does not suffice.
    """
    check_output(out)
    return family_of(config).train(Job(config, out, device, observer, clips))
