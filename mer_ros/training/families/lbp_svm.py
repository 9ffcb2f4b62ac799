"""How a descriptor's machine is trained: rendered clips, their features, the machine, the calibration."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from mer_ros import metrics
from mer_ros.errors import ConfigError
from mer_ros.recognition import checkpoint, svm
from mer_ros.recognition.checkpoint import Calibration, Card
from mer_ros.recognition.sample import InputSpec
from mer_ros.recognition.systems.lbp_svm import LbpSvm
from mer_ros.training.calibration import calibrate
from mer_ros.training.train_system import Job, Result, summary, train_system
from mer_ros.types import EMOTIONS

PROTOCOL = (
    "made subjects in two groups that never meet: trained on the first, settings and calibration chosen on "
    "people of it who are held out in turn, test scores on the second"
)
DATA = "The clips are rendered from one photograph: what reads appearance finds it easier than on people."
Progress = Callable[[int, int], None]


@dataclass(frozen=True, eq=False)
class Fitted:
    """A system that has learned. confusion: (C, C) of held-out people. chosen: what was chosen, by name."""

    system: LbpSvm
    calibration: Calibration
    confusion: NDArray[np.int64]
    chosen: dict[str, float]


def features_of(
    system: LbpSvm, spec: InputSpec, clips: Sequence[NDArray[Any]], progress: Progress | None = None
) -> NDArray[np.float32]:
    """(N, D) features of clips, each (T, S, S), as a node would see them."""
    rows = np.empty((len(clips), system.layout.size), np.float32)
    for i, clip in enumerate(clips):
        rows[i] = system.describe(spec.scale(spec.read(clip).data)[None])[0]
        if progress:
            progress(i + 1, len(clips))
    return rows


def fit(
    system: LbpSvm,
    features: NDArray[np.float32],
    truth: NDArray[np.int64],
    subject_ids: NDArray[np.str_],
    progress: Progress | None = None,
) -> Fitted:
    """Learn from (n, D) features, (n,) labels and (n,) people; everything is chosen on people held out."""
    machine, n_labels = system.config.machine, system.config.n_labels
    maker = machine.maker(system.layout)
    learned = svm.learn(
        features, truth, subject_ids, n_labels, maker, machine.costs, machine.mix_steps, progress
    )
    told = learned.held_out[np.arange(len(truth)), truth] > svm.NEVER  # else nobody learned from shows it
    calibration = calibrate(
        torch.from_numpy(learned.held_out[told]),
        torch.from_numpy(truth[told]),
        prototypes=False,
        quantile=1.0,
    )
    taught = system.taught(learned.machine)
    chosen: dict[str, float] = {"cost": learned.setting.cost, "temperature": calibration.temperature}
    if machine.cells:
        chosen |= {"cells": taught.config.kept}
        chosen |= dict(zip(system.layout.parts, learned.setting.mix, strict=True))
    confusion = metrics.confusion_of(truth, learned.held_out.argmax(1), n_labels)
    return Fitted(taught, calibration, confusion, chosen)


@train_system.register
def _machine(system: LbpSvm, job: Job) -> Result:
    from mer_ros.data import synthetic  # late: the generator is needed only here
    from mer_ros.data.rendered_clips import people_for, rendered_clips

    config, watch = job.config, job.watch
    if job.clips is not None:
        raise ConfigError(
            f"{config.system!r} reads clips and {job.clips.origin} hold flow alone: train a network there."
        )
    began = time.monotonic()
    held = synthetic.VALIDATION_SUBJECTS
    groups = {
        "train": people_for(config.samples, synthetic.TRAIN_SUBJECTS),
        "test": people_for(config.validation_samples, held[len(held) // 2 :]),
    }
    counts = {"train": config.samples, "test": config.validation_samples}
    made, features = {}, {}
    for offset, (name, group) in enumerate(groups.items()):
        made[name] = rendered_clips(
            counts[name], group, config.seed + offset, watch.stage(f"rendering to {_WHY[name]}")
        )
        features[name] = features_of(
            system, config.input, made[name].crops, watch.stage(f"describing to {_WHY[name]}")
        )
    subject_ids = made["train"].subjects.astype(str)
    found = fit(
        system, features["train"], made["train"].labels, subject_ids, watch.stage("choosing settings")
    )
    answers = found.system.machine.scores(features["test"]).argmax(1)
    test = metrics.confusion_of(made["test"].labels, answers, len(EMOTIONS))
    training = summary(
        config,
        {"held_out": found.confusion, "test": test},
        data="rendered clips (mer_ros.data.rendered_clips)",
        samples=counts,
        subjects={name: (group[0], group[-1]) for name, group in groups.items()},
        protocol=PROTOCOL,
        chosen=found.chosen,
    )
    card = Card(config.system, EMOTIONS, config.input, found.calibration, training)
    model_id = checkpoint.save(job.out, found.system, card)
    seconds = time.monotonic() - began
    return Result(job.out, model_id, EMOTIONS, found.confusion, test, found.chosen, DATA, seconds)


_WHY = {"train": "learn", "test": "ask"}
