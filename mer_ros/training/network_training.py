"""How one network is trained: what is frozen, one stage or two, the trainer, calibration, resumption.

Shared by the families whose systems are networks; they differ in the trainer and in what the checkpoint
holds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

import torch
from torch import Tensor

from mer_ros.errors import ConfigError
from mer_ros.recognition.checkpoint import Calibration
from mer_ros.recognition.recogniser import device_of
from mer_ros.recognition.systems.network import Network
from mer_ros.training.calibration import calibrate
from mer_ros.training.config import OptimiserConfig, TrainConfig
from mer_ros.training.initialisation import names_of_start
from mer_ros.training.job import Job
from mer_ros.training.labelled_set import LabelledSet
from mer_ros.training.observer import EpochHandler
from mer_ros.training.resume_file import ResumeFile
from mer_ros.training.samples import SampleGroups, macro_samples
from mer_ros.training.trainer import Trainer
from mer_ros.training.training_state import Epoch
from mer_ros.training.unseen import rough_calibration, rough_samples
from mer_ros.types import EMOTIONS

MakeTrainer = Callable[[Any, OptimiserConfig, TrainConfig, torch.device], Trainer]
"""(network, optimiser, settings, device) -> the trainer of a family."""


@dataclass(frozen=True, eq=False)
class NetworkFit:
    """A trained network: its trainer and its best epoch. resume_files: to remove when the job ends."""

    trainer: Trainer
    best: Epoch
    resume_files: tuple[ResumeFile, ...]


def fit_network(
    system: Network,
    job: Job,
    samples: SampleGroups,
    make_trainer: MakeTrainer,
    seed: int,
    stage: str,
    on_epoch: Callable[[Epoch], None],
) -> NetworkFit:
    """Train on macro-expressions if the settings say so, then on ``samples``.

    What ``config.transfer`` freezes must be frozen. stage: names the resume file. on_epoch: called with every
    epoch of the second stage.
    """
    config, device = replace(job.config, seed=seed), device_of(job.device)
    resume_files = []
    if config.macro_epochs:
        if samples.labels != EMOTIONS:
            raise ConfigError(
                f"'macro_epochs' needs data with the seven emotions, found {len(samples.labels)} classes: "
                "train on synthetic macro-expressions first, then name that checkpoint as 'start'."
            )
        macro = macro_samples(
            config.samples, config.validation_samples, config.seed, config.input, job.observer
        )
        options = replace(config.optimiser, epochs=config.macro_epochs)
        resume_files.append(resume_file_of(job, f"{stage}-macro"))
        without_epochs = EpochHandler(job.observer, lambda epoch: None)
        first = make_trainer(system, options, config, device)
        first.fit(macro.train, macro.validation, without_epochs, resume_files[0])
        torch.manual_seed(seed + 1)
    resume_files.append(resume_file_of(job, stage))
    trainer = make_trainer(system, config.optimiser, config, device)
    observer = EpochHandler(job.observer, on_epoch)
    history = trainer.fit(samples.train, samples.validation, observer, resume_files[-1])
    return NetworkFit(trainer, best_of(history), tuple(resume_files))


def best_of(history: list[Epoch]) -> Epoch:
    """The best epoch of a training run."""
    return [epoch for epoch in history if epoch.best][-1]


def network_summary(config: TrainConfig, samples: SampleGroups, in_shares: bool = True) -> dict[str, Any]:
    """The training summary of a network, beside seed and scores.

    in_shares: whether training draws the classes in the shares that they have among the samples.
    """
    priors = {"priors": samples.train.shares(len(samples.labels))} if in_shares else {}
    return {
        **samples.summary,
        "samples": samples.counts,
        **priors,
        "optimiser": asdict(config.optimiser),
        "augmentation": asdict(config.augmentation) if config.input.kind == "flow" else None,
        "start": config.start,
        "transfer": config.transfer,
        "macro_epochs": config.macro_epochs,
    }


def rough_samples_for(job: Job) -> LabelledSet | None:
    """The samples on which a network of synthetic flow is calibrated; None for other data."""
    if job.clips is not None or job.config.input.kind != "flow":
        return None
    config = job.config
    return rough_samples(config.validation_samples, config.seed, config.input, job.observer)


def network_calibration(
    system: Network,
    logits: Tensor,
    samples: SampleGroups,
    config: TrainConfig,
    rough: LabelledSet | None = None,
) -> Calibration:
    """Temperature and rejection limits from (N, C) logits of the validation samples.

    rough: samples that the system answers for the temperature and the least confidence instead.
    """
    truth, quantile = samples.validation.labels, config.rejection_quantile
    calibration = calibrate(logits, truth, system.has_prototypes, quantile, config.rejection_share)
    calibration = replace(calibration, mirror=config.mirrors)
    if rough is None:
        return calibration
    return rough_calibration(system, calibration, rough, config.rejection_share)


def resume_file_of(job: Job, stage: str) -> ResumeFile:
    """The resume file of a stage of the job."""
    from mer_ros.data.synthetic import GENERATOR_VERSION  # late: training on clips may not need the generator

    clips = job.clips.digest() if job.clips is not None else ""
    starts = names_of_start(job.config)
    deciding = [stage, asdict(job.config), clips, starts, GENERATOR_VERSION, torch.__version__]
    return ResumeFile.beside(job.out, stage, deciding)
