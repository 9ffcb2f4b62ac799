"""Votes of finished systems: nothing is trained. In an evaluation each fold trains systems of the same kinds.

A finished member may have seen what a fold holds out, a head of the generator for example. Therefore the
entrant takes only the names of the systems from ``start``, and trains each with its shipped settings. The
votes of the finished files themselves are scored by ``--checkpoint``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.special import log_softmax, softmax

from mer_ros import metrics
from mer_ros.progress import Part, Progress
from mer_ros.recognition.checkpoint import Checkpoint
from mer_ros.recognition.mirror_averaging import answer
from mer_ros.recognition.recogniser import device_of
from mer_ros.recognition.systems.votes import MIN_PROBABILITY, Votes
from mer_ros.training.config import TrainConfig
from mer_ros.training.entrant import Entrant, FoldPrediction, TrainingSet, fold_settings
from mer_ros.training.families.family import Family
from mer_ros.training.frozen_votes import check_start, frozen_votes, members_of
from mer_ros.training.job import Job, Result, card_of, save_result
from mer_ros.training.labelled_set import LabelledSet
from mer_ros.training.network_training import network_calibration, rough_samples_for
from mer_ros.training.samples import samples_for
from mer_ros.training.unread_settings import OF_NETWORKS, Unread

FEWEST_SAMPLES = 8
"""Synthetic samples of the training subjects, which nothing reads: votes are only calibrated."""


class VotesFamily(Family):
    """Several finished systems in one file."""

    def train(self, job: Job) -> Result:
        """Join the files and calibrate the votes on validation subjects."""
        config = job.config
        system = frozen_votes(config, job.labels, device_of(job.device))
        samples = samples_for(job.clips, replace(config, samples=FEWEST_SAMPLES), job.observer)
        logits = {
            name: _logits(system, getattr(samples, name), config.mirrors) for name in ("validation", "test")
        }
        calibration = network_calibration(
            system, logits["validation"], samples, config, rough_samples_for(job)
        )
        scores = {
            name: metrics.confusion_of(
                getattr(samples, name).labels.numpy(), own.argmax(1).numpy(), len(samples.labels)
            )
            for name, own in logits.items()
        }
        sources = members_of(config)
        counts = {name: count for name, count in samples.counts.items() if name != "train"}
        more = {**samples.summary, "samples": counts, "members": [one.model_id for one in sources]}
        if sources[0].card.labels == job.labels and (priors := _mean_priors(sources)):
            more["priors"] = priors
        card = card_of(job, calibration, scores, samples.synthetic, **more)
        chosen = {"temperature": calibration.temperature}
        return save_result(job, system.cpu(), card, scores, chosen, samples.description, samples.synthetic)

    def entrant(self, config: TrainConfig, device: str) -> Entrant:
        """See ``Family``."""
        return VotesEntrant(config, device)

    def unread(self, config: TrainConfig) -> tuple[Unread, ...]:
        """Everything about the training of the members, which have settings of their own."""
        names = (*OF_NETWORKS, "model", "transfer", "linear", "probe", "ensemble", "samples")
        return (Unread("A vote, which trains nothing,", names),)

    def check(self, config: TrainConfig) -> None:
        """Refuse votes without members."""
        check_start(config)


class VotesEntrant(Entrant):
    """The members are trained in each fold, each with the shipped settings of its system."""

    choices = (
        "As the members choose, each on the training subjects of the fold; the vote itself chooses nothing."
    )

    def __init__(self, config: TrainConfig, device: str) -> None:
        from mer_ros.training.families.choice import family_of  # late: the families import this file
        from mer_ros.training.settings_file import default

        self.name, self.config = config.system, config
        self.members = []
        for one in members_of(config):
            own = replace(default(one.card.system), input=one.card.input, mirror=config.mirror)
            self.members.append(family_of(own).entrant(own, device))

    @property
    def settings(self) -> dict[str, Any]:
        """Those of the members decide the predictions."""
        return {**fold_settings(self.config), "members": [member.settings for member in self.members]}

    def set_labels(self, labels: tuple[str, ...]) -> None:
        """See ``Entrant``."""
        for member in self.members:
            member.set_labels(labels)

    def features(self, inputs: Sequence[NDArray[Any]]) -> NDArray[np.float32]:
        """The raw flow, (N, 2, S, S) float32, which each member reads in its own way."""
        return np.asarray(inputs, np.float32)

    def fit_predict(
        self, training_set: TrainingSet, test: NDArray[Any], seed: int, progress: Progress
    ) -> FoldPrediction:
        """The mean of the log-probabilities of the members."""
        votes: list[NDArray[np.float64]] = []
        chosen: dict[str, float] = {}
        progress.started("members", len(self.members))
        for number, member in enumerate(self.members):
            own = replace(training_set, features=member.features(list(training_set.features)))
            part = Part(progress, "members", number)
            found = member.fit_predict(own, member.features(list(test)), seed, part)
            votes.append(np.log(np.maximum(found.probabilities, MIN_PROBABILITY)))
            chosen |= {f"{member.name}_{name}": value for name, value in found.chosen.items()}
            progress.advanced("members", number + 1)
        progress.finished("members")
        return FoldPrediction(softmax(np.mean(votes, axis=0), axis=1), chosen)


def _mean_priors(sources: Sequence[Checkpoint]) -> list[float] | None:
    """Class shares that the votes assume: the normalised geometric mean of those of the members."""
    stated = [one.card.priors for one in sources]
    if any(priors is None for priors in stated):
        return None
    mean = np.log(np.array(stated, np.float64)).mean(0)
    return [round(float(share), 4) for share in np.exp(log_softmax(mean))]


@torch.inference_mode()
def _logits(system: Votes, samples: LabelledSet, mirror: bool) -> torch.Tensor:
    device = system.temperatures.device
    parts = [answer(system, x.to(device), mirror).logits.cpu() for x in samples.data.split(64)]
    return torch.cat(parts)


FAMILY = VotesFamily()
