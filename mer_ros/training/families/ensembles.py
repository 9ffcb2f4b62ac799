"""Ensembles: networks that differ in their seed; the answer is the mean of their log-probabilities.

The checkpoint is a probe whose heads are zero, so it answers as its members do. Training, file and answer
cost as many times as much as those of one network.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import cast

import torch

from mer_ros import metrics
from mer_ros.recognition import checkpoint
from mer_ros.recognition.checkpoint import ModelCard
from mer_ros.recognition.registry import settings_of
from mer_ros.recognition.systems.network import Network
from mer_ros.recognition.systems.probe import Member, Probe, ProbeConfig
from mer_ros.training.calibration import calibrate
from mer_ros.training.config import TrainConfig
from mer_ros.training.families.networks import Networks
from mer_ros.training.initialisation import freeze, initialise
from mer_ros.training.job import Job, Result, summary
from mer_ros.training.network_training import (
    NetworkFit,
    fit_network,
    network_calibration,
    network_summary,
    rough_samples_for,
)
from mer_ros.training.samples import SampleGroups, samples_for
from mer_ros.training.unread_settings import Unread


class Ensembles(Networks):
    """Several networks; each is trained, and enters an evaluation, as one network does."""

    can_be_member = False

    def train(self, job: Job) -> Result:
        """Train ``config.ensemble`` networks and write them as one file; an interrupted run is resumed."""
        config, start = job.config, time.monotonic()
        fits: list[NetworkFit] = []
        first = initialise(
            config, len(job.labels), config.seed
        )  # a start that does not fit is refused at once
        samples = samples_for(job.clips, config, job.observer)
        rough = rough_samples_for(job)
        for k in range(config.ensemble):
            seed = config.seed + k
            member = cast(Network, initialise(config, len(job.labels), seed) if k else first)
            freeze(member, config.transfer)
            on_epoch = job.observer.epoch_finished
            fits.append(fit_network(member, job, samples, self.trainer, seed, f"micro-{k}", on_epoch))
        probe = _as_probe(fits, samples, config)
        trainer = replace(fits[0].trainer, system=probe)
        logits = {"validation": trainer.logits(samples.validation), "test": trainer.logits(samples.test)}
        truth = {"validation": samples.validation.labels, "test": samples.test.labels}
        scores = {
            name: metrics.confusion_of(truth[name].numpy(), own.argmax(1).numpy(), len(samples.labels))
            for name, own in logits.items()
        }
        calibration = network_calibration(probe, logits["validation"], samples, config, rough)
        in_shares = not config.optimiser.balance
        more = {**network_summary(config, samples, in_shares), "ensemble": config.ensemble}
        training = summary(config, scores, samples.labels, samples.synthetic, **more)
        card = ModelCard("probe", samples.labels, config.input, calibration, training)
        model_id = checkpoint.save(job.out, probe.cpu(), card)
        for fit in fits:
            for resume_file in fit.resume_files:
                resume_file.remove()
        return Result(
            path=job.out,
            model_id=model_id,
            labels=samples.labels,
            validation=scores["validation"],
            test=scores["test"],
            chosen={"networks": len(fits)},
            data=samples.description,
            seconds=time.monotonic() - start,
            synthetic=samples.synthetic,
        )

    def unread(self, config: TrainConfig) -> tuple[Unread, ...]:
        """As for one network, and the quantile of the distance to prototypes."""
        distance = Unread("An ensemble, which has no prototype distances,", ("rejection_quantile",))
        return (distance, *super().unread(config))


def _as_probe(fits: list[NetworkFit], samples: SampleGroups, config: TrainConfig) -> Probe:
    systems = [fit.trainer.system for fit in fits]
    members = tuple(Member(config.system, settings_of(one), (one.gradcam_layer,)) for one in systems)
    n = len(samples.labels)
    probe = Probe(ProbeConfig(n, members, n, untrained=0))
    for member, system in zip(probe.members, systems, strict=True):
        member.load_state_dict(system.state_dict())
    truth = samples.validation.labels
    temperatures = [calibrate(fit.best.logits, truth, False, 1.0).temperature for fit in fits]
    probe.temperatures.copy_(torch.tensor(temperatures))
    probe.translation.copy_(torch.eye(n))
    return probe.eval()


FAMILY = Ensembles()
