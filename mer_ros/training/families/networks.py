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
from mer_ros.training.resume_file import Memory
from mer_ros.training.samples import Material, macro_material, material_for
from mer_ros.training.train_system import Job, Result, summary, teach
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
    memories: tuple[Memory, ...]


@teach.register
def _network(system: Network, job: Job) -> Result:
    """The file is written after each best epoch, whole or not at all; a killed run goes on where it was."""
    config, began = job.config, time.monotonic()
    material = material_for(job.clips, config, job.watch.stage)
    if config.ensemble > 1:
        from mer_ros.training.families.ensembles import together

        return together(system, job, material)

    def card(epoch: Epoch, learned: int, scores: dict[str, Any]) -> Card:
        calibration = calibration_of(system, epoch.logits, material, config)
        more = {**about(config, material), "learned": learned, "epoch": epoch.number + 1}
        training = summary(config, scores, material.labels, material.made, **more)
        return Card(config.system, material.labels, config.input, calibration, training)

    def on_epoch(epoch: Epoch, learned: int) -> None:
        if epoch.best:
            checkpoint.save(job.out, system, card(epoch, learned, {"validation": epoch.validation}))
        job.watch.epoch(epoch)

    found = fitted(system, job, material, config.seed, "micro", on_epoch)
    best, logits = found.best, found.trainer.logits(material.test)
    test = metrics.confusion_of(material.test.labels.numpy(), logits.argmax(1).numpy(), len(material.labels))
    scores = {"validation": best.validation, "test": test}
    model_id = checkpoint.save(job.out, system, card(best, found.learned, scores))
    for memory in found.memories:
        memory.forget()
    return Result(
        path=job.out,
        model_id=model_id,
        labels=material.labels,
        validation=best.validation,
        test=test,
        chosen={"epoch": best.number + 1},
        data=material.words,
        seconds=time.monotonic() - began,
        made=material.made,
    )


def fitted(
    system: Network,
    job: Job,
    material: Material,
    seed: int,
    stage: str,
    on_epoch: Callable[[Epoch, int], None],
) -> Fitted:
    """Freeze what is to be frozen, learn from macro-expressions if asked, then from ``material``."""
    config, target = replace(job.config, seed=seed), device_of(job.device)
    learned = freeze(system, config.transfer)
    memories = []
    if config.macro_epochs:
        if material.labels != EMOTIONS:
            raise ConfigError(
                f"'macro_epochs' learns seven made emotions, the data has {len(material.labels)} classes: "
                "train on macro-expressions once and name that file as 'start'."
            )
        macro = macro_material(
            config.samples, config.validation_samples, config.seed, config.input, job.watch.stage
        )
        options = replace(config.optimiser, epochs=config.macro_epochs)
        memories.append(memory_of(job, f"{stage}-macro"))
        first = trainer_of(system, options, config, target)
        first.fit(
            macro.train, macro.validation, Watch(job.watch.step, resumed=job.watch.resumed), memories[0]
        )
        torch.manual_seed(seed + 1)
    memories.append(memory_of(job, stage))
    trainer = trainer_of(system, config.optimiser, config, target)
    watch = replace(job.watch, epoch=lambda epoch: on_epoch(epoch, learned))
    history = trainer.fit(material.train, material.validation, watch, memories[-1])
    best = [epoch for epoch in history if epoch.best][-1]
    return Fitted(trainer, best, learned, tuple(memories))


def about(config: TrainConfig, material: Material) -> dict[str, Any]:
    """What a checkpoint tells of a network's training, beside seed and scores."""
    return {
        **material.about,
        "samples": material.counts,
        "optimiser": asdict(config.optimiser),
        "augmentation": asdict(config.augmentation) if config.input.kind == "flow" else None,
        "start": config.start,
        "transfer": config.transfer,
        "macro_epochs": config.macro_epochs,
    }


def calibration_of(
    system: Network, logits: torch.Tensor, material: Material, config: TrainConfig
) -> Calibration:
    """Temperature and limits on the validation subjects, of answers made as they will be."""
    truth, quantile = material.validation.labels, config.rejection_quantile
    found = calibrate(logits, truth, system.has_prototypes, quantile, config.rejection_share)
    return replace(found, mirror=config.mirrors)


@singledispatch
def trainer_of(
    system: Network, options: OptimiserConfig, config: TrainConfig, target: torch.device
) -> Trainer:
    """The trainer of a system as the settings say. Networks that learn otherwise join, as ``of_me_plan``."""
    vary = varying(config.augmentation, config.input)
    return Trainer(system, options, target, config.seed, vary, config.mirrors)


def memory_of(job: Job, stage: str) -> Memory:
    """What keeps a stage of the job."""
    clips = job.clips.digest() if job.clips is not None else ""
    from mer_ros.data.synthetic import GENERATOR_VERSION  # late: made data may not be needed

    starts = names_of_start(job.config)
    deciding = [stage, asdict(job.config), clips, starts, GENERATOR_VERSION, torch.__version__]
    return Memory.beside(job.out, stage, deciding)
