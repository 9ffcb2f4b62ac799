"""Networks: trained on batches; in an evaluation trained anew in every fold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import torch
from numpy.typing import NDArray

from mer_ros import metrics
from mer_ros.data.subjects import held_out_subjects
from mer_ros.errors import ConfigError, DataError
from mer_ros.progress import Part, Progress
from mer_ros.recognition import checkpoint
from mer_ros.recognition.checkpoint import ModelCard
from mer_ros.recognition.recogniser import device_of
from mer_ros.recognition.registry import has_prototypes
from mer_ros.recognition.systems.network import Network
from mer_ros.training.calibration import calibrate
from mer_ros.training.config import OptimiserConfig, TrainConfig
from mer_ros.training.ensembles import train_ensemble
from mer_ros.training.entrant import Entrant, FoldPrediction, TrainingSet, fold_settings
from mer_ros.training.families.family import Family
from mer_ros.training.initialisation import freeze, initialise, names_of_start
from mer_ros.training.inspection import EpochLog, decoded, inspection
from mer_ros.training.job import Job, Result, card_of, save_result
from mer_ros.training.labelled_set import LabelledSet, from_inputs, varying
from mer_ros.training.network_training import (
    MakeTrainer,
    best_of,
    fit_network,
    network_calibration,
    network_summary,
    rough_samples_for,
)
from mer_ros.training.pretraining import PretrainingSet, pretrained
from mer_ros.training.samples import samples_for
from mer_ros.training.trainer import Trainer
from mer_ros.training.training_state import Epoch
from mer_ros.training.unread_settings import LEAVE_OUT, Unread

if TYPE_CHECKING:
    from mer_ros.data.clip_set import ClipSet

VALIDATION_SHARE = 0.2
"""Share of a fold's training subjects on whom epoch and temperature are chosen, not weights."""


class Networks(Family):
    """One network, or an ensemble of networks that differ in their seed."""

    in_epochs = True
    in_shares = True
    """Training draws each class in its share of the samples, unless the settings balance the classes."""

    def trainer(
        self, system: Network, options: OptimiserConfig, config: TrainConfig, device: torch.device
    ) -> Trainer:
        """The trainer of a network of this family."""
        vary = varying(config.augmentation, config.input)
        return Trainer(system, options, device, config.seed, vary, config.mirrors)

    def train(self, job: Job) -> Result:
        """The file is written after each best epoch, atomically; an interrupted run is resumed."""
        config = job.config
        if config.ensemble > 1:
            return train_ensemble(job, self.trainer)
        system = cast(Network, initialise(config, len(job.labels), config.seed))
        samples = samples_for(job.clips, config, job.observer)
        rough = rough_samples_for(job)
        n_trained = freeze(system, config.transfer)
        in_shares = self.in_shares and not config.optimiser.balance

        def card(epoch: Epoch, scores: dict[str, NDArray[np.int64]]) -> ModelCard:
            calibration = network_calibration(system, epoch.logits, samples, config, rough)
            more = {**network_summary(config, samples, in_shares), "learned": n_trained}
            return card_of(job, calibration, scores, samples.synthetic, epoch=epoch.number + 1, **more)

        def on_epoch(epoch: Epoch) -> None:
            if epoch.best:
                checkpoint.save(job.out, system, card(epoch, {"validation": epoch.validation}))
            job.observer.epoch_finished(epoch)

        fit = fit_network(system, job, samples, self.trainer, config.seed, "micro", on_epoch)
        predicted = fit.trainer.logits(samples.test).argmax(1).numpy()
        test = metrics.confusion_of(samples.test.labels.numpy(), predicted, len(samples.labels))
        scores = {"validation": fit.best.validation, "test": test}
        chosen = {"epoch": fit.best.number + 1}
        data, synthetic = samples.description, samples.synthetic
        result = save_result(job, system, card(fit.best, scores), scores, chosen, data, synthetic)
        for resume_file in fit.resume_files:
            resume_file.remove()
        return result

    def entrant(self, config: TrainConfig, device: str) -> Entrant:
        """See ``Family``."""
        return NetworkEntrant(config, device, self.trainer)

    def unread(self, config: TrainConfig) -> tuple[Unread, ...]:
        """The settings of other families; without prototypes also the quantile of the distance to them."""
        unread = (Unread("A network", ("probe", "linear"), f"{LEAVE_OUT}, or choose another system"),)
        if config.ensemble > 1:
            return (
                Unread("An ensemble, which has no prototype distances,", ("rejection_quantile",)),
                *unread,
            )
        if has_prototypes(config.system):
            return unread
        return (*unread, Unread(f"{config.system!r}, which has no prototypes,", ("rejection_quantile",)))


Sides = tuple[LabelledSet, LabelledSet]
"""Samples to train on, and samples to choose the epoch on."""


@dataclass(frozen=True, eq=False)
class FoldFit:
    """A network trained in a fold. chosen: epoch, temperature and UF1 on the validation subjects."""

    trainer: Trainer
    chosen: dict[str, float]
    log: EpochLog


class NetworkEntrant(Entrant):
    """One network with its training settings, or several that differ in their seed and answer together."""

    choices = (
        f"Epoch: highest UF1 on {VALIDATION_SHARE:.0%} of the training subjects, which are not trained on. "
        "Temperature: on the same subjects."
    )
    pretrains = True

    def __init__(self, config: TrainConfig, device: str, make_trainer: MakeTrainer) -> None:
        self.name = config.system
        self.config = config
        self.device = device_of(device)
        self.reads = config.input.kind
        self._make_trainer = make_trainer
        self._pretraining: PretrainingSet | None = None
        if config.macro_epochs:
            raise ConfigError(
                "'macro_epochs' is a setting of 'mer train' only: train on macro-expressions first, then "
                "name that checkpoint as 'start'."
            )

    @property
    def settings(self) -> dict[str, Any]:
        """What decides the predictions; the kind of device is part of it, since devices round differently."""
        pretraining = {"pretraining": dict(self._pretraining.described)} if self._pretraining else {}
        return {
            **fold_settings(self.config),
            "starts": names_of_start(self.config),
            "validation_share": VALIDATION_SHARE,
            "device": self.device.type,
            **pretraining,
        }

    def pretrain_on(self, clips: ClipSet) -> None:
        """With the same settings, and the epoch chosen on a share of the people of these clips."""
        self._pretraining = PretrainingSet.of(clips, self.features(clips.inputs(self.reads)))
        self.choices = (
            f"Trained first on {clips.origin}, without the people of the test side; its epoch: highest UF1 "
            f"on {VALIDATION_SHARE:.0%} of the people there. Then, on the data set: {type(self).choices}"
        )

    def features(self, inputs: Sequence[NDArray[Any]]) -> NDArray[Any]:
        """The inputs unchanged, because training varies raw flow.

        (N, 2, S, S) float32 u, v in pixels, or (N, S, S, 3) uint8 BGR.
        """
        return np.asarray(inputs, np.float32 if self.reads == "flow" else None)

    def fit_predict(
        self, training_set: TrainingSet, test: NDArray[Any], seed: int, progress: Progress
    ) -> FoldPrediction:
        """Train on most subjects of the training set, choose epoch and temperature on the others."""
        n, samples = self.config.ensemble, self._samples(test)
        log_probabilities, fits = [], []
        stages = self._stages(training_set, seed)
        progress.started("networks", n)
        for member in range(n):
            part = Part(progress, "networks", member)
            inspect = training_set.inspect and not member
            fit = self._fit(stages, training_set.n_labels, seed + member, part, inspect)
            logits = fit.trainer.predict(samples).double()
            log_probabilities.append(torch.log_softmax(logits / fit.chosen["temperature"], 1))
            fits.append(fit)
        progress.finished("networks")
        probabilities = torch.softmax(torch.stack(log_probabilities).mean(0), 1).numpy()
        means = {name: float(np.mean([fit.chosen[name] for fit in fits])) for name in fits[0].chosen}
        return self._prediction(probabilities, means, fits[0], training_set, samples)

    def _prediction(
        self,
        probabilities: NDArray[np.float64],
        chosen: dict[str, float],
        shown: FoldFit,
        training_set: TrainingSet,
        test: torch.Tensor,
    ) -> FoldPrediction:
        """shown: the network whose epochs are reported and whose latent space is inspected."""
        found = None
        if training_set.inspect:
            train, system = self._samples(training_set.features), shown.trainer.system
            best = decoded(system, self.config.input, int(shown.chosen["epoch"]))
            prototypes = {one.epoch: one for one in (*best, *shown.log.prototypes)}
            in_order = [prototypes[epoch] for epoch in sorted(prototypes)]
            found = inspection(system, train, test, self.config.mirrors, in_order)
        return FoldPrediction(probabilities, chosen, tuple(shown.log.scores), found)

    def _samples(self, features: NDArray[Any]) -> torch.Tensor:
        """(N, 3, S, S) samples, scaled for the network."""
        spec = self.config.input
        return torch.from_numpy(spec.scale(np.stack([spec.read(one).data for one in features])))

    def _stages(self, training_set: TrainingSet, seed: int) -> list[Sides]:
        """The samples of each stage of a training, the last of which is that of the fold."""
        own = self._split(training_set, seed)
        if self._pretraining is None:
            return [own]
        return [self._split(self._pretraining.without_tested(training_set), seed), own]

    def _split(self, training_set: TrainingSet, seed: int) -> Sides:
        """The training and the validation side of a training set. DataError where one has a single class."""
        held_out = held_out_subjects(training_set.subject_ids, VALIDATION_SHARE, seed)
        n_train, n_validation = (len(np.unique(training_set.truth[side])) for side in (~held_out, held_out))
        if min(n_train, n_validation) < 2:
            raise DataError(
                f"{self.name!r} needs two classes on both sides, found {n_train} for training and "
                f"{n_validation} for validation: give a data set with more subjects."
            )
        _, numbers = np.unique(training_set.subject_ids, return_inverse=True)
        train, validation = (
            self._labelled(training_set.features[side], training_set.truth[side], numbers[side])
            for side in (~held_out, held_out)
        )
        return train, validation

    def _fit(
        self, stages: Sequence[Sides], n_labels: int, seed: int, progress: Progress, inspect: bool = False
    ) -> FoldFit:
        """A network trained in all stages. inspect: whether its prototypes are decoded in the last one."""
        config = replace(self.config, seed=seed)
        system = cast(Network, initialise(config, n_labels, seed))
        freeze(system, config.transfer)
        *before, (train, validation) = stages
        progress.started("stages", len(stages))
        chosen: dict[str, float] = {}
        for number, sides in enumerate(before):
            trainer = self._make_trainer(system, config.optimiser, config, self.device)
            key = [self.settings, seed, n_labels]
            chosen |= pretrained(trainer, *sides, key, Part(progress, "stages", number))
            torch.manual_seed(seed + 1)
        trainer = self._make_trainer(system, config.optimiser, config, self.device)
        log = EpochLog(Part(progress, "stages", len(before)), system, config.input, inspect)
        best = best_of(trainer.fit(train, validation, log))
        progress.finished("stages")
        calibration = calibrate(best.logits, validation.labels, prototypes=False, quantile=1.0)
        chosen |= {
            "epoch": best.number + 1,
            "temperature": calibration.temperature,
            "validation_uf1": float(metrics.uf1(best.validation)),
        }
        return FoldFit(trainer, chosen, log)

    def _labelled(
        self, features: NDArray[Any], truth: NDArray[np.int64], subjects: NDArray[np.int64]
    ) -> LabelledSet:
        return from_inputs(list(features), truth, subjects, self.config.input)


FAMILY = Networks()
