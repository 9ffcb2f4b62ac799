"""LBP descriptors with a support vector machine: features of clips, computed once, and the machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.special import softmax

from mer_ros import metrics
from mer_ros.progress import SILENT, Progress, counted
from mer_ros.recognition import create, svm
from mer_ros.recognition.checkpoint import Calibration
from mer_ros.recognition.sample import InputSpec
from mer_ros.recognition.systems.lbp_svm import LbpSvm
from mer_ros.training.calibration import calibrate
from mer_ros.training.config import TrainConfig
from mer_ros.training.entrant import Entrant, FoldPrediction, TrainingSet, fold_settings
from mer_ros.training.families.family import Family
from mer_ros.training.initialisation import initialise
from mer_ros.training.job import Job, Result, card_of, save_result
from mer_ros.training.samples import clips_for_test, description_of
from mer_ros.training.unread_settings import OF_NETWORKS, Unread

if TYPE_CHECKING:
    from mer_ros.data.clip_set import ClipSet

PROTOCOL = (
    "subjects in two disjoint groups: trained on the first, settings and calibration chosen on subjects of "
    "it that are held out in turn, test scores on the second"
)
DESCRIPTION = (
    "The clips show one photograph and drawn faces: systems that read appearance score higher than on people."
)


class LbpSvms(Family):
    """A descriptor and a machine whose settings are chosen by cross-validation over training subjects."""

    on_gpu = False

    def train(self, job: Job) -> Result:
        """Compute the features of the clips, or of rendered ones where there are none; fit the machine."""
        config, labels = job.config, job.labels
        system = cast(LbpSvm, initialise(config, len(labels), config.seed))
        groups = _rendered_groups(system, job) if job.clips is None else _groups_of(job.clips, system, job)
        train, test = groups.sides["train"], groups.sides["test"]
        fitted = fit(system, train.features, train.truth, train.subject_ids, job.observer)
        predicted = fitted.system.machine.scores(test.features).argmax(1)
        scores = {
            "held_out": fitted.confusion,
            "test": metrics.confusion_of(test.truth, predicted, len(labels)),
        }
        card = card_of(
            job,
            fitted.calibration,
            scores,
            groups.synthetic,
            data=groups.data,
            samples={name: len(side.truth) for name, side in groups.sides.items()},
            subjects=groups.subjects,
            protocol=PROTOCOL,
            chosen=fitted.chosen,
        )
        return save_result(
            job, fitted.system, card, scores, fitted.chosen, groups.description, groups.synthetic
        )

    def entrant(self, config: TrainConfig, device: str) -> Entrant:
        """See ``Family``."""
        return LbpSvmEntrant(config)

    def unread(self, config: TrainConfig) -> tuple[Unread, ...]:
        """Everything about networks, and the share of rejected answers."""
        names = (*OF_NETWORKS, "ensemble", "start", "transfer", "probe", "linear", "rejection_share")
        return (Unread(f"{config.system!r}, which is no network,", names),)


@dataclass(frozen=True, eq=False)
class _Side:
    """Features of n clips, (n, D) float32; truth, (n,) int64; subject_ids, (n,) str."""

    features: NDArray[np.float32]
    truth: NDArray[np.int64]
    subject_ids: NDArray[np.str_]


@dataclass(frozen=True, eq=False)
class _Groups:
    """sides: "train" and "test", of disjoint subjects. data, subjects: of the checkpoint; JSON-able.

    description: of the data, one sentence.
    """

    sides: dict[str, _Side]
    data: str
    subjects: dict[str, Any]
    description: str
    synthetic: bool


def _rendered_groups(system: LbpSvm, job: Job) -> _Groups:
    from mer_ros.data import synthetic  # late: the generator is needed only here
    from mer_ros.data.rendered_clips import rendered_clips, subjects_for

    config, held_out = job.config, synthetic.VALIDATION_SUBJECTS
    people = {
        "train": (config.samples, synthetic.TRAIN_SUBJECTS),
        "test": (config.validation_samples, held_out[len(held_out) // 2 :]),
    }
    sides, drawn = {}, {}
    for offset, (name, (n, subjects)) in enumerate(people.items()):
        own = subjects_for(n, subjects)
        found = rendered_clips(n, own, config.seed + offset, job.observer)
        features = features_of(system, config.input, found.crops, job.observer)
        sides[name] = _Side(features, found.labels, found.subjects.astype(str))
        drawn[name] = (own[0], own[-1])
    return _Groups(sides, "rendered clips (mer_ros.data.rendered_clips)", drawn, DESCRIPTION, True)


def _groups_of(clips: ClipSet, system: LbpSvm, job: Job) -> _Groups:
    """A fifth of the subjects for the test; the clips are read one after the other.

    DataError for fewer than three subjects, or clips without crops.
    """
    crops, ids = clips.inputs("clip"), clips.subject_ids
    in_test = clips_for_test(clips, job.config.seed)
    features = features_of(system, job.config.input, crops, job.observer)
    sides = {
        name: _Side(features[own], clips.truth[own], ids[own])
        for name, own in (("train", ~in_test), ("test", in_test))
    }
    subjects = {name: np.unique(side.subject_ids).tolist() for name, side in sides.items()}
    return _Groups(sides, clips.origin, subjects, description_of(clips), clips.synthetic)


class LbpSvmEntrant(Entrant):
    """One descriptor; its machine, settings and temperature come from the training subjects of each fold."""

    reads = "clip"
    choices = (
        "Cost, cells, weights of the kernels and temperature: by cross-validation over training subjects, "
        "each held out in turn."
    )

    def __init__(self, config: TrainConfig) -> None:
        self.name = config.system
        self.config = config

    @property
    def settings(self) -> dict[str, Any]:
        """What decides the predictions."""
        return fold_settings(self.config)

    def features(self, inputs: Sequence[NDArray[Any]]) -> NDArray[np.float32]:
        """(N, D)."""
        return features_of(self._system(2), self.config.input, inputs)

    def fit_predict(
        self, training_set: TrainingSet, test: NDArray[Any], seed: int, progress: Progress
    ) -> FoldPrediction:
        """Fit the machine and apply it."""
        fitted = fit(
            self._system(training_set.n_labels),
            training_set.features,
            training_set.truth,
            training_set.subject_ids,
            progress,
        )
        scores = fitted.system.machine.scores(test)
        return FoldPrediction(softmax(scores / fitted.calibration.temperature, axis=1), fitted.chosen)

    def _system(self, n_labels: int) -> LbpSvm:
        return cast(LbpSvm, create(self.config.system, {**self.config.model, "n_labels": n_labels}))


@dataclass(frozen=True, eq=False)
class LbpSvmFit:
    """A fitted system. confusion: (C, C) of held-out subjects. chosen: chosen settings by name."""

    system: LbpSvm
    calibration: Calibration
    confusion: NDArray[np.int64]
    chosen: dict[str, float]


def features_of(
    system: LbpSvm, spec: InputSpec, clips: Sequence[NDArray[Any]], progress: Progress = SILENT
) -> NDArray[np.float32]:
    """(N, D) features of clips, each (T, S, S) uint8, computed as in a node."""
    rows = np.empty((len(clips), system.layout.size), np.float32)
    for i, clip in enumerate(counted(clips, progress, "computing features", len(clips))):
        rows[i] = system.describe(spec.scale(spec.read(clip).data)[None])[0]
    return rows


def fit(
    system: LbpSvm,
    features: NDArray[np.float32],
    truth: NDArray[np.int64],
    subject_ids: NDArray[np.str_],
    progress: Progress = SILENT,
) -> LbpSvmFit:
    """Fit a machine to (n, D) features, (n,) labels and (n,) subjects; all choices by cross-validation over
    them.
    """
    machine, n_labels = system.config.machine, system.config.n_labels
    fitter = machine.kernel_fitter(system.layout)
    selected = svm.select_machine(
        features, truth, subject_ids, n_labels, fitter, machine.costs, machine.mix_steps, progress
    )
    # A class that a single subject shows has no score where that subject is held out.
    scored = selected.held_out[np.arange(len(truth)), truth] > svm.UNSEEN_CLASS_SCORE
    calibration = calibrate(
        torch.from_numpy(selected.held_out[scored]),
        torch.from_numpy(truth[scored]),
        prototypes=False,
        quantile=1.0,
    )
    fitted = system.with_machine(selected.machine)
    chosen: dict[str, float] = {"cost": selected.hyperparameters.cost, "temperature": calibration.temperature}
    if machine.cells:
        chosen |= {"cells": fitted.config.kept}
        chosen |= dict(zip(system.layout.parts, selected.hyperparameters.mix, strict=True))
    confusion = metrics.confusion_of(truth, selected.held_out.argmax(1), n_labels)
    return LbpSvmFit(fitted, calibration, confusion, chosen)


FAMILY = LbpSvms()
