"""Ensembles: networks that differ in their seed and vote (``recognition.systems.votes``).

Training, file and answer cost as many times as much as those of one network.
"""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import torch

from mer_ros import metrics
from mer_ros.recognition.registry import settings_of
from mer_ros.recognition.systems.network import Network
from mer_ros.recognition.systems.votes import Member, Votes, VotesConfig
from mer_ros.training.calibration import calibrate
from mer_ros.training.config import TrainConfig
from mer_ros.training.initialisation import freeze, initialise
from mer_ros.training.job import Job, Result, card_of, save_result
from mer_ros.training.network_training import (
    MakeTrainer,
    NetworkFit,
    fit_network,
    network_calibration,
    network_summary,
    rough_samples_for,
)
from mer_ros.training.samples import SampleGroups, samples_for


def train_ensemble(job: Job, make_trainer: MakeTrainer) -> Result:
    """Train ``config.ensemble`` networks and write them as one file; an interrupted run is resumed."""
    config = job.config
    fits: list[NetworkFit] = []
    first = initialise(config, len(job.labels), config.seed)  # a start that does not fit is refused at once
    samples = samples_for(job.clips, config, job.observer)
    rough = rough_samples_for(job)
    for k in range(config.ensemble):
        seed = config.seed + k
        member = cast(Network, initialise(config, len(job.labels), seed) if k else first)
        freeze(member, config.transfer)
        on_epoch = job.observer.epoch_finished
        fits.append(fit_network(member, job, samples, make_trainer, seed, f"micro-{k}", on_epoch))
    votes = _as_votes(fits, samples, config)
    trainer = replace(fits[0].trainer, system=votes)
    logits = {"validation": trainer.logits(samples.validation), "test": trainer.logits(samples.test)}
    truth = {"validation": samples.validation.labels, "test": samples.test.labels}
    scores = {
        name: metrics.confusion_of(truth[name].numpy(), own.argmax(1).numpy(), len(samples.labels))
        for name, own in logits.items()
    }
    calibration = network_calibration(votes, logits["validation"], samples, config, rough)
    in_shares = not config.optimiser.balance
    more = {**network_summary(config, samples, in_shares), "ensemble": config.ensemble}
    card = card_of(job, calibration, scores, samples.synthetic, "votes", **more)
    chosen = {"networks": len(fits)}
    result = save_result(job, votes.cpu(), card, scores, chosen, samples.description, samples.synthetic)
    for fit in fits:
        for resume_file in fit.resume_files:
            resume_file.remove()
    return result


def _as_votes(fits: list[NetworkFit], samples: SampleGroups, config: TrainConfig) -> Votes:
    systems = [fit.trainer.system for fit in fits]
    n = len(samples.labels)
    votes = Votes(VotesConfig(n, tuple(Member(config.system, settings_of(one)) for one in systems), n))
    for member, system in zip(votes.members, systems, strict=True):
        member.load_state_dict(system.state_dict())
    truth = samples.validation.labels
    temperatures = [calibrate(fit.best.logits, truth, False, 1.0).temperature for fit in fits]
    votes.temperatures.copy_(torch.tensor(temperatures))
    votes.translation.copy_(torch.eye(n))
    return votes.eval()
