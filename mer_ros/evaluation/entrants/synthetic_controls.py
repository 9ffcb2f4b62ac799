"""Controls trained on synthetic flow: simple readers beside a model that was trained on synthetic flow too.

A model that never saw a clip of the data set is compared with simple readers that did not either. All share
one set of samples, augmented as for the system ``linear`` and averaged over the mirror image; their
probabilities of the seven emotions, calibrated on these samples, are mapped to the classes of the data set as
those of a checkpoint.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.special import softmax

from mer_ros.data.label_mapping import map_probabilities, mapping_matrix
from mer_ros.progress import Progress
from mer_ros.recognition.checkpoint import ModelCard
from mer_ros.training.calibration import calibrate
from mer_ros.training.entrant import Entrant, FoldPrediction, TrainingSet, normalised, symmetric
from mer_ros.training.families.linear_readers import varied_samples
from mer_ros.training.linear_fit import fit_logistic
from mer_ros.training.sample_generators import generator_of
from mer_ros.training.settings_file import default
from mer_ros.types import EMOTIONS

SAMPLES = 6000
"""Training samples: more than the clips of any micro-expression data set, generated in about a minute."""

Floats = NDArray[np.float64]
Scores = Callable[[NDArray[np.float32]], Floats]
"""(m, 3, S, S) symmetric samples -> (m, 7) scores of ``EMOTIONS``; their softmax are probabilities."""


def trained_on_synthetic(card: ModelCard) -> bool:
    """Whether a model states that it was trained on synthetic data of all seven emotions."""
    return "generator" in card.training and set(card.labels) == set(EMOTIONS)


class SyntheticFlow:
    """The training samples, generated when they are first needed."""

    def __init__(self, samples: int = SAMPLES) -> None:
        self.config = replace(default("linear"), samples=samples)
        self._drawn: tuple[int, NDArray[np.float32], NDArray[np.int64]] | None = None

    def draw(self, seed: int, progress: Progress) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """(n, 3, S, S) symmetric samples and their (n,) labels; the same seed gives the same samples."""
        if self._drawn is None or self._drawn[0] != seed:
            from mer_ros.data.synthetic import TRAIN_SUBJECTS  # late: the generator is needed only here

            config = replace(self.config, seed=seed)
            generate = generator_of("flow").generate
            train = generate(config.samples, TRAIN_SUBJECTS, seed, config.input, "train", progress)
            data, truth = varied_samples(config, train)
            self._drawn = seed, symmetric(data), truth
        return self._drawn[1:]


class SyntheticControl(Entrant):
    """One reader, fitted once; the training clips of a fold are ignored. labels: classes of the data set."""

    is_control = True
    uses_folds = False
    choices = "Trained on synthetic flow: nothing is chosen on this data set."

    def __init__(self, flow: SyntheticFlow, labels: tuple[str, ...]) -> None:
        self.flow, self.labels = flow, labels
        mapping_matrix(EMOTIONS, labels)  # labels that cannot be mapped are refused before any training
        self._fitted: tuple[int, Scores, float, Floats] | None = None

    @property
    def settings(self) -> dict[str, Any]:
        """What decides the predictions."""
        from mer_ros.data.synthetic import GENERATOR_VERSION

        config = self.flow.config
        return {
            "generator": GENERATOR_VERSION,
            "samples": config.samples,
            "size": config.input.size,
            "linear": asdict(config.linear),
            "augmentation": asdict(config.augmentation),
        }

    def features(self, inputs: Sequence[NDArray[Any]]) -> NDArray[np.float32]:
        """(N, 3, size, size) normalised samples, the mean over each and its mirror image."""
        spec = self.flow.config.input
        return symmetric(spec.scale(normalised(inputs, spec.size)))

    def fit_predict(
        self, training_set: TrainingSet, test: NDArray[Any], seed: int, progress: Progress
    ) -> FoldPrediction:
        """The reader's probabilities in the classes of the data set."""
        if self._fitted is None or self._fitted[0] != seed:
            samples, truth = self.flow.draw(seed, progress)
            scores = self.fit(samples, truth)
            own = torch.from_numpy(scores(samples))
            temperature = calibrate(own, torch.from_numpy(truth), False, 1.0).temperature
            weights = mapping_matrix(EMOTIONS, self.labels, _shares(truth).tolist())
            self._fitted = seed, scores, temperature, weights
        _, scores, temperature, weights = self._fitted
        return FoldPrediction(map_probabilities(softmax(scores(test) / temperature, axis=1), weights))

    @abstractmethod
    def fit(self, samples: NDArray[np.float32], truth: NDArray[np.int64]) -> Scores:
        """The scores of a reader that learns from (n, 3, S, S) symmetric samples and their (n,) labels."""


class SyntheticMajority(SyntheticControl):
    """Predicts the class shares of the synthetic samples, mapped to the classes of the data set."""

    name = "majority (synthetic)"

    def fit(self, samples: NDArray[np.float32], truth: NDArray[np.int64]) -> Scores:
        """See ``SyntheticControl``."""
        scores = np.log(_shares(truth))
        return lambda test: np.tile(scores, (len(test), 1))


class SyntheticNearestMean(SyntheticControl):
    """The emotion whose mean synthetic sample is nearest.

    The scores are -d^2 / (2 s^2), where s^2 is the mean squared distance of the means to their centre.
    """

    name = "nearest_mean (synthetic)"

    def fit(self, samples: NDArray[np.float32], truth: NDArray[np.int64]) -> Scores:
        """See ``SyntheticControl``."""
        flat = samples.reshape(len(samples), -1)
        means = np.stack([flat[truth == label].mean(0) for label in range(len(EMOTIONS))])
        lengths = (means**2).sum(1)
        spread = ((means - means.mean(0)) ** 2).sum(1).mean()

        def scores(test: NDArray[np.float32]) -> Floats:
            # |x|^2 is the same for all classes
            products = test.reshape(len(test), -1) @ means.T
            return np.asarray((2 * products - lengths) / (2 * spread), np.float64)

        return scores


class SyntheticLinear(SyntheticControl):
    """The system ``linear``, on fewer samples."""

    name = "linear (synthetic)"

    def fit(self, samples: NDArray[np.float32], truth: NDArray[np.int64]) -> Scores:
        """See ``SyntheticControl``."""
        return fit_logistic(samples, truth, len(EMOTIONS), self.flow.config.linear.penalty).scores


def _shares(truth: NDArray[np.int64]) -> Floats:
    return np.asarray(np.bincount(truth, minlength=len(EMOTIONS)) / len(truth))
