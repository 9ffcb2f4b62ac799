"""Linear readers: logistic regression on flow pixels, alone or with prototypes in its whitened scores, or on
random features.

On synthetic data the temperature is that of the unseen generator (``training.unseen``): two copies of the
model, each trained on one head, answer for the other head with rough noise. The own generator would give a
confidence that real faces do not keep.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from mer_ros import metrics
from mer_ros.progress import Progress
from mer_ros.recognition.checkpoint import Calibration
from mer_ros.recognition.mirror_averaging import answer, mirrored
from mer_ros.recognition.registry import create
from mer_ros.recognition.system import System
from mer_ros.recognition.systems.random_features import RandomFeaturesHead
from mer_ros.training.calibration import calibrate
from mer_ros.training.config import TrainConfig
from mer_ros.training.entrant import Entrant, FoldPrediction, TrainingSet, fold_settings
from mer_ros.training.families.family import Family
from mer_ros.training.inspection import decoded, inspection
from mer_ros.training.job import Job, Result, card_of, save_result, scores_of
from mer_ros.training.labelled_set import LabelledSet, from_inputs, varying
from mer_ros.training.linear_fit import fit_features, fit_logistic, fit_prototypes
from mer_ros.training.samples import samples_for
from mer_ros.training.unread_settings import Unread
from mer_ros.training.unseen import unseen_pairs

CLEARER = 1.5
"""Factor of the distance limit: in a linear latent space, a movement that shows a class more clearly than any
training sample lies farther out in the direction of that class."""


class LinearReaders(Family):
    """One linear reader."""

    on_gpu = False

    def train(self, job: Job) -> Result:
        """See ``Family``."""
        config = job.config
        groups = samples_for(job.clips, config, job.observer)
        n_labels = len(groups.labels)
        system = fitted(config, groups.train, n_labels)
        own = logits_of(system, groups.validation, config.mirrors)
        calibration = _calibration(system, own, groups.validation.labels, config)
        more: dict[str, Any] = {}
        if groups.synthetic and job.clips is None:
            calibration, more["unseen"] = unseen_calibration(config, calibration, job.observer)
        validation = metrics.confusion_of(groups.validation.labels.numpy(), own.argmax(1).numpy(), n_labels)
        predicted = logits_of(system, groups.test, config.mirrors).argmax(1).numpy()
        test = metrics.confusion_of(groups.test.labels.numpy(), predicted, n_labels)
        scores = {"validation": validation, "test": test}
        card = card_of(
            job,
            calibration,
            scores,
            groups.synthetic,
            **groups.summary,
            samples=groups.counts,
            priors=groups.train.shares(n_labels),
            linear=asdict(config.linear),
            augmentation=asdict(config.augmentation),
            **more,
        )
        chosen = {"temperature": calibration.temperature}
        return save_result(job, system, card, scores, chosen, groups.description, groups.synthetic)

    def entrant(self, config: TrainConfig, device: str) -> Entrant:
        """See ``Family``."""
        return LinearReaderEntrant(config)

    def unread(self, config: TrainConfig) -> tuple[Unread, ...]:
        """Everything about the optimisation of networks; without prototypes the quantile of the distance."""
        unread = ("optimiser", "macro_epochs", "probe", "start", "transfer", "ensemble", "model.size")
        return (Unread("A linear reader", unread),)


class LinearReaderEntrant(Entrant):
    """A linear reader that is trained anew in every fold; its temperature is that of its training clips."""

    choices = (
        "The strength of the regularisation is a setting; the temperature is fitted to the training clips."
    )

    def __init__(self, config: TrainConfig) -> None:
        self.name, self.config = config.system, config

    @property
    def settings(self) -> dict[str, Any]:
        """See ``Entrant``."""
        return fold_settings(self.config)

    def features(self, inputs: Sequence[NDArray[Any]]) -> NDArray[np.float32]:
        """The raw flow, (N, 2, S, S) float32, because training varies it."""
        return np.asarray(inputs, np.float32)

    def fit_predict(
        self, training_set: TrainingSet, test: NDArray[Any], seed: int, progress: Progress
    ) -> FoldPrediction:
        """Fit on the training set and answer for the test clips."""
        spec, config = self.config.input, replace(self.config, seed=seed)
        _, numbers = np.unique(training_set.subject_ids, return_inverse=True)
        train = from_inputs(list(training_set.features), training_set.truth, numbers, spec)
        system = fitted(config, train, training_set.n_labels)
        calibration = _calibration(system, logits_of(system, train, config.mirrors), train.labels, config)
        samples = torch.from_numpy(spec.scale(np.stack([spec.read(one).data for one in test])))
        with torch.inference_mode():
            logits = answer(system, samples, config.mirrors).logits.double()
        probabilities = torch.softmax(logits / calibration.temperature, 1).numpy()
        found = None
        if training_set.inspect:
            prototypes = decoded(system, spec, 0)
            found = inspection(system, train.data, samples, config.mirrors, prototypes)
        return FoldPrediction(probabilities, {"temperature": calibration.temperature}, inspection=found)


def fitted(config: TrainConfig, train: LabelledSet, n_labels: int) -> System:
    """A fresh system, fitted to samples that are augmented ``linear.passes`` times."""
    settings = {**config.model, "n_labels": n_labels, "size": config.input.size}
    system = create(config.system, settings)
    data, truth = varied_samples(config, train)
    found: object
    if isinstance(system, RandomFeaturesHead):
        found = fit_features(features_of(system, data), truth, n_labels, config.linear.penalty)
    else:
        found = reader = fit_logistic(data, truth, n_labels, config.linear.penalty)
        if system.has_prototypes:
            found = fit_prototypes(reader, data, truth, n_labels)
    for name, value in vars(found).items():  # a fit names its parts as the buffers of its system
        getattr(system, name).copy_(torch.from_numpy(value.astype(np.float32)))
    return system.eval()


def varied_samples(config: TrainConfig, train: LabelledSet) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """(n, 3, S, S) scaled samples and their (n,) labels, augmented ``linear.passes`` times."""
    vary = varying(config.augmentation, config.input)
    generator = torch.Generator().manual_seed(config.seed)
    if vary is not None and train.flow is not None:
        data = np.concatenate([vary(train.flow, generator).numpy() for _ in range(config.linear.passes)])
    else:
        data = train.data.numpy()
    return data, np.tile(train.labels.numpy(), len(data) // len(train))


@torch.inference_mode()
def features_of(system: RandomFeaturesHead, samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """(N, 3, S, S) -> (N, D), the mean over each sample and its mirror image."""
    parts = [
        (system.features(x) + system.features(mirrored(x))) / 2 for x in torch.from_numpy(samples).split(64)
    ]
    return torch.cat(parts).numpy()


@torch.inference_mode()
def logits_of(system: System, samples: LabelledSet, mirror: bool) -> torch.Tensor:
    """(N, C) logits of scaled samples."""
    return torch.cat([answer(system, x, mirror).logits for x in samples.data.split(256)])


def unseen_calibration(
    config: TrainConfig, own: Calibration, progress: Progress
) -> tuple[Calibration, dict[str, Any]]:
    """``own`` with the temperature and least confidence of the unseen generator, and the scores there."""
    from mer_ros.data.synthetic.ceiling import label_ceiling
    from mer_ros.types import EMOTIONS

    pairs = unseen_pairs(config.samples // 2, config.validation_samples, config.seed, config.input, progress)
    logits, truth, by_head = [], [], {}
    for pair in pairs:
        system = fitted(config, pair.train, len(EMOTIONS))
        found = logits_of(system, pair.test, config.mirrors)
        confusion = metrics.confusion_of(pair.test.labels.numpy(), found.argmax(1).numpy(), len(EMOTIONS))
        by_head[f"{pair.head} to {pair.other}"] = scores_of(confusion)
        logits.append(found)
        truth.append(pair.test.labels)
    every, labels = torch.cat(logits), torch.cat(truth)
    fitted_there = calibrate(every, labels, False, 1.0, config.rejection_share)
    probabilities = torch.softmax(every.double() / fitted_there.temperature, 1).numpy()
    uf1 = float(np.mean([scores["uf1"] for scores in by_head.values()]))
    report = {
        "by_head": by_head,
        "uf1": round(uf1, 4),
        "share_of_ceiling": round(uf1 / label_ceiling().uf1, 4),
        "ece": round(metrics.calibration_error(labels.numpy(), probabilities), 4),
        "note": "two copies, each trained on one head with smooth noise, tested on the other with rough one",
    }
    calibration = replace(
        own, temperature=fitted_there.temperature, rejection_confidence=fitted_there.rejection_confidence
    )
    return calibration, report


def _calibration(
    system: System, logits: torch.Tensor, truth: torch.Tensor, config: TrainConfig
) -> Calibration:
    found = calibrate(logits, truth, system.has_prototypes, config.rejection_quantile, config.rejection_share)
    limit = found.rejection_distance * CLEARER
    return replace(found, mirror=config.mirrors, rejection_distance=limit)


FAMILY = LinearReaders()
