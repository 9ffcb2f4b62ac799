"""How a network is trained: what it starts from, one stage or two, the trainer, the calibration."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import singledispatch
from typing import Any

import torch

from mer_ros import metrics
from mer_ros.errors import ConfigError
from mer_ros.recognition import checkpoint
from mer_ros.recognition.checkpoint import Calibration, Card
from mer_ros.recognition.recogniser import device_of
from mer_ros.recognition.systems.network import Network
from mer_ros.training.calibration import calibrate
from mer_ros.training.config import OptimiserConfig, TrainConfig
from mer_ros.training.initialisation import freeze, names_of_start
from mer_ros.training.labelled_set import varying
from mer_ros.training.resume_file import ResumeFile
from mer_ros.training.samples import SampleGroups, macro_samples, samples_for
from mer_ros.training.train_system import Job, Result, summary, train_system
from mer_ros.training.trainer import Trainer, Watch
from mer_ros.training.training_state import Epoch
from mer_ros.types import EMOTIONS


@dataclass(frozen=True, eq=False)
class Fitted:
    """A network that has learned: its trainer, its best epoch, how many numbers learned, and what kept
    the run.
    """

    trainer: Trainer
    best: Epoch
    learned: int
    resume_files: tuple[ResumeFile, ...]


@train_system.register
def _network(system: Network, job: Job) -> Result:
    """The file is written after each best epoch, whole or not at all; a killed run goes on where it was."""
    config, began = job.config, time.monotonic()
    groups = samples_for(job.clips, config, job.watch.stage)
    if config.ensemble > 1:
        from mer_ros.training.families.ensembles import together

        return together(system, job, groups)

    def card(epoch: Epoch, learned: int, scores: dict[str, Any]) -> Card:
        calibration = calibration_of(system, epoch.logits, groups, config)
        more = {**about(config, groups), "learned": learned, "epoch": epoch.number + 1}
        training = summary(config, scores, groups.labels, groups.synthetic, **more)
        return Card(config.system, groups.labels, config.input, calibration, training)

    def on_epoch(epoch: Epoch, learned: int) -> None:
        if epoch.best:
            checkpoint.save(job.out, system, card(epoch, learned, {"validation": epoch.validation}))
        job.watch.epoch(epoch)

    found = fitted(system, job, groups, config.seed, "micro", on_epoch)
    best, logits = found.best, found.trainer.logits(groups.test)
    test = metrics.confusion_of(groups.test.labels.numpy(), logits.argmax(1).numpy(), len(groups.labels))
    scores = {"validation": best.validation, "test": test}
    model_id = checkpoint.save(job.out, system, card(best, found.learned, scores))
    for resume_file in found.resume_files:
        resume_file.forget()
    return Result(
        path=job.out,
        model_id=model_id,
        labels=groups.labels,
        validation=best.validation,
        test=test,
        chosen={"epoch": best.number + 1},
        data=groups.words,
        seconds=time.monotonic() - began,
        synthetic=groups.synthetic,
    )


def fitted(
    system: Network,
    job: Job,
    groups: SampleGroups,
    seed: int,
    stage: str,
    on_epoch: Callable[[Epoch, int], None],
) -> Fitted:
    """Freeze what is to be frozen, learn from macro-expressions if asked, then from ``groups``."""
    config, target = replace(job.config, seed=seed), device_of(job.device)
    learned = freeze(system, config.transfer)
    resume_files = []
    if config.macro_epochs:
        if groups.labels != EMOTIONS:
            raise ConfigError(
                f"'macro_epochs' learns seven made emotions, the data has {len(groups.labels)} classes: "
                "train on macro-expressions once and name that file as 'start'."
            )
        macro = macro_samples(
            config.samples, config.validation_samples, config.seed, config.input, job.watch.stage
        )
        options = replace(config.optimiser, epochs=config.macro_epochs)
        resume_files.append(resume_file_of(job, f"{stage}-macro"))
        first = trainer_of(system, options, config, target)
        first.fit(
            macro.train, macro.validation, Watch(job.watch.step, resumed=job.watch.resumed), resume_files[0]
        )
        torch.manual_seed(seed + 1)
    resume_files.append(resume_file_of(job, stage))
    trainer = trainer_of(system, config.optimiser, config, target)
    watch = replace(job.watch, epoch=lambda epoch: on_epoch(epoch, learned))
    history = trainer.fit(groups.train, groups.validation, watch, resume_files[-1])
    best = [epoch for epoch in history if epoch.best][-1]
    return Fitted(trainer, best, learned, tuple(resume_files))


def about(config: TrainConfig, groups: SampleGroups) -> dict[str, Any]:
    """What a checkpoint tells of a network's training, beside seed and scores."""
    return {
        **groups.about,
        "samples": groups.counts,
        "optimiser": asdict(config.optimiser),
        "augmentation": asdict(config.augmentation) if config.input.kind == "flow" else None,
        "start": config.start,
        "transfer": config.transfer,
        "macro_epochs": config.macro_epochs,
    }


def calibration_of(
    system: Network, logits: torch.Tensor, groups: SampleGroups, config: TrainConfig
) -> Calibration:
    """Temperature and limits on the validation subjects, of answers made as they will be."""
    truth, quantile = groups.validation.labels, config.rejection_quantile
    found = calibrate(logits, truth, system.has_prototypes, quantile, config.rejection_share)
    return replace(found, mirror=config.mirrors)


@singledispatch
def trainer_of(
    system: Network, options: OptimiserConfig, config: TrainConfig, target: torch.device
) -> Trainer:
    """The trainer of a system as the settings say. Networks that learn otherwise join, as ``of_me_plan``."""
    vary = varying(config.augmentation, config.input)
    return Trainer(system, options, target, config.seed, vary, config.mirrors)


def resume_file_of(job: Job, stage: str) -> ResumeFile:
    """What keeps a stage of the job."""
    clips = job.clips.digest() if job.clips is not None else ""
    from mer_ros.data.synthetic import GENERATOR_VERSION  # late: made data may not be needed

    starts = names_of_start(job.config)
    deciding = [stage, asdict(job.config), clips, starts, GENERATOR_VERSION, torch.__version__]
    return ResumeFile.beside(job.out, stage, deciding)
