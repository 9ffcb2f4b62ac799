"""Networks that differ in their seed and answer together: the mean of their log-probabilities.

They are kept as a probe whose heads have learned nothing: it answers as its networks do. It costs so many
times the training, the file and the answer.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import cast

import torch

from mer_ros import metrics
from mer_ros.recognition import checkpoint
from mer_ros.recognition.checkpoint import Card
from mer_ros.recognition.registry import settings_of
from mer_ros.recognition.systems.network import Network
from mer_ros.recognition.systems.probe import Member, Probe, ProbeConfig
from mer_ros.training.calibration import calibrate
from mer_ros.training.config import TrainConfig
from mer_ros.training.families.networks import Fitted, about, calibration_of, fitted
from mer_ros.training.initialisation import initialise
from mer_ros.training.samples import SampleGroups
from mer_ros.training.train_system import Job, Result, summary


def together(system: Network, job: Job, groups: SampleGroups) -> Result:
    """Train ``config.ensemble`` networks, the first of which is ``system``, and write them as one."""
    config, began = job.config, time.monotonic()
    found: list[Fitted] = []
    for k in range(config.ensemble):
        seed = config.seed + k
        member = system if k == 0 else cast(Network, initialise(config, len(groups.labels), seed))
        found.append(fitted(member, job, groups, seed, f"micro-{k}", lambda epoch, _: job.watch.epoch(epoch)))
    probe = _as_one(found, groups, config)
    trainer = replace(found[0].trainer, system=probe)
    logits = trainer.logits(groups.validation)
    answers = {"validation": logits, "test": trainer.logits(groups.test)}
    truth = {"validation": groups.validation.labels, "test": groups.test.labels}
    scores = {
        name: metrics.confusion_of(truth[name].numpy(), one.argmax(1).numpy(), len(groups.labels))
        for name, one in answers.items()
    }
    calibration = calibration_of(probe, logits, groups, config)
    more = {**about(config, groups), "ensemble": config.ensemble}
    training = summary(config, scores, groups.labels, groups.synthetic, **more)
    card = Card("probe", groups.labels, config.input, calibration, training)
    model_id = checkpoint.save(job.out, probe.cpu(), card)
    for one in found:
        for resume_file in one.resume_files:
            resume_file.forget()
    return Result(
        path=job.out,
        model_id=model_id,
        labels=groups.labels,
        validation=scores["validation"],
        test=scores["test"],
        chosen={"networks": len(found)},
        data=groups.words,
        seconds=time.monotonic() - began,
        synthetic=groups.synthetic,
    )


def _as_one(found: list[Fitted], groups: SampleGroups, config: TrainConfig) -> Probe:
    systems = [one.trainer.system for one in found]
    members = tuple(Member(config.system, settings_of(one), (one.gradcam_layer,)) for one in systems)
    n = len(groups.labels)
    probe = Probe(ProbeConfig(n, members, n, untrained=0))
    for member, system in zip(probe.members, systems, strict=True):
        member.load_state_dict(system.state_dict())
    truth = groups.validation.labels
    temperatures = [calibrate(one.best.logits, truth, False, 1.0).temperature for one in found]
    probe.temperatures.copy_(torch.tensor(temperatures))
    probe.translation.copy_(torch.eye(n))
    return probe.eval()
