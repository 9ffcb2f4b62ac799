"""Linear probes: convex heads on the features of frozen networks, which read every sample once.

The networks' own answers are the prior of the heads (``residual_head``), so weak data leaves them as they
are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray

from mer_ros import metrics
from mer_ros.errors import ConfigError
from mer_ros.progress import Progress
from mer_ros.recognition.recogniser import device_of
from mer_ros.training.config import TrainConfig
from mer_ros.training.entrant import (
    NO_NAMES,
    Entrant,
    FoldPrediction,
    TrainingSet,
    fold_settings,
    normalised,
)
from mer_ros.training.families.family import Family
from mer_ros.training.frozen_votes import check_start, members_of
from mer_ros.training.job import Job, Result, card_of, save_result
from mer_ros.training.probe_heads import (
    ProbeFeatures,
    extract_features,
    fit_heads,
    frozen_probe,
    head_calibration,
    set_heads,
)
from mer_ros.training.samples import samples_for
from mer_ros.training.unread_settings import OF_NETWORKS, Unread

if TYPE_CHECKING:
    from mer_ros.data.clip_set import ClipSet


class LinearProbes(Family):
    """Heads on frozen networks of other families."""

    def train(self, job: Job) -> Result:
        """Train the heads on training and validation subjects; choices are made by cross-validation over
        them.
        """
        config = job.config
        system = frozen_probe(config, job.labels, device_of(job.device))
        groups = samples_for(job.clips, config, job.observer)
        sides = (groups.train, groups.validation)
        samples = torch.cat([side.data for side in sides])
        truth = np.concatenate([side.labels.numpy() for side in sides])
        numbers = np.concatenate([side.subjects for side in sides])
        subject_ids, datasets = numbers.astype(str), _datasets(job.clips, numbers)
        features = extract_features(system, samples, config.mirrors, job.observer)
        heads = fit_heads(features, truth, subject_ids, config.probe, config.seed, job.observer, datasets)
        set_heads(system, heads)
        predicted = heads(extract_features(system, groups.test.data, config.mirrors)).argmax(1)
        n_labels = len(groups.labels)
        held_out = metrics.confusion_of(truth, heads.held_out.argmax(1), n_labels)
        test = metrics.confusion_of(groups.test.labels.numpy(), predicted, n_labels)
        scores = {"held_out": held_out, "test": test}
        card = card_of(
            job,
            head_calibration(heads, truth, config),
            scores,
            groups.synthetic,
            **groups.summary,
            samples=groups.counts,
            probe=asdict(config.probe),
            start=config.start,
            chosen=heads.chosen,
        )
        return save_result(job, system, card, scores, heads.chosen, groups.description, groups.synthetic)

    def entrant(self, config: TrainConfig, device: str) -> Entrant:
        """See ``Family``."""
        return ProbeEntrant(config, device)

    def unread(self, config: TrainConfig) -> tuple[Unread, ...]:
        """Everything about the training of other systems, and their own settings."""
        names = (*OF_NETWORKS, "model", "transfer", "linear", "ensemble")
        return (Unread("A probe, whose members are not trained,", names),)

    def check(self, config: TrainConfig) -> None:
        """Refuse a probe without members."""
        check_start(config)


class ProbeEntrant(Entrant):
    """The networks were trained on synthetic flow, so they know no subject of the data set; everything else
    comes from the training set, except the published class frequencies by which labels are translated
    (``data.label_mapping``).
    """

    choices = (
        "Strength of each head and temperature: lowest cross-entropy by cross-validation over training "
        "subjects."
    )

    def __init__(self, config: TrainConfig, device: str = "auto") -> None:
        self.name = config.system
        self.config = config
        self._device = device_of(device)
        if config.input.kind != "flow":
            raise ConfigError(
                f"A probe is evaluated on flow, found input of kind {config.input.kind!r}: start from flow "
                "networks."
            )

    def set_labels(self, labels: tuple[str, ...]) -> None:
        """Load the networks; their answers are translated into these classes."""
        self._system = frozen_probe(self.config, labels, self._device)

    @property
    def settings(self) -> dict[str, Any]:
        """What decides the predictions, with the ids of the networks; devices round differently."""
        starts = [one.model_id for one in members_of(self.config)]
        return {**fold_settings(self.config), "starts": starts, "device": self._device.type}

    def features(self, inputs: Sequence[NDArray[Any]]) -> NDArray[np.float32]:
        """(N, C + D_1 + ...): the networks' log-probabilities, then each set of features, mirror-averaged."""
        spec, threads = self.config.input, torch.get_num_threads()
        samples = torch.from_numpy(spec.scale(normalised(inputs, spec.size)))
        torch.set_num_threads(1)  # sums in the same order for any number of cores
        try:
            found = extract_features(self._system, samples, self.config.mirrors)
        finally:
            torch.set_num_threads(threads)
        return np.concatenate([found.prior, *found.features], 1)

    def fit_predict(
        self, training_set: TrainingSet, test: NDArray[Any], seed: int, progress: Progress
    ) -> FoldPrediction:
        """Heads, strengths and temperature from the subjects of the training set."""
        heads = fit_heads(
            self._features(training_set.features),
            training_set.truth,
            training_set.subject_ids,
            self.config.probe,
            seed,
            progress,
            training_set.datasets,
        )
        calibration = head_calibration(heads, training_set.truth, self.config)
        logits = torch.from_numpy(heads(self._features(test), training_set.tested))
        probabilities = torch.softmax(logits / calibration.temperature, 1).numpy()
        return FoldPrediction(probabilities, {**heads.chosen, "temperature": calibration.temperature})

    def _features(self, rows: NDArray[np.float32]) -> ProbeFeatures:
        sizes = [self._system.config.n_labels, *self._system.feature_sizes]
        prior, *features = np.split(rows, np.cumsum(sizes)[:-1], axis=1)
        return ProbeFeatures(prior, tuple(features), self._system.without_prior)


def _datasets(clips: ClipSet | None, numbers: NDArray[np.int64]) -> NDArray[np.str_]:
    """The data sets of subjects, given by their numbers in the sorted names; none for synthetic samples."""
    if clips is None:
        return NO_NAMES
    _, first = np.unique(clips.subject_ids, return_index=True)
    return clips.datasets[first][numbers]


FAMILY = LinearProbes()
