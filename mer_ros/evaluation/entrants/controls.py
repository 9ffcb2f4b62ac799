"""Controls: baselines that a system has to beat before its training has shown an effect.

All read the same normalised samples and use the physical mirror image. For the linear model and the class
means this is free: their losses are convex and mirror-symmetric, so training on every sample and its mirror
image and averaging the scores of both equals training and testing on the mean of the two
(``entrant.symmetric``). The random net's features are averaged over both in the same way.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax
from sklearn.dummy import DummyClassifier

from mer_ros.evaluation import linear_head
from mer_ros.motion.normalisation import mirror_flow
from mer_ros.progress import Progress
from mer_ros.training.entrant import Entrant, FoldPrediction, TrainingSet, normalised, symmetric

SIZE = 28
"""Width of the samples that controls read, pixels: MEGC's flow images have no more."""

STRENGTH_CHOICE = (
    "Strength of the regularisation: lowest cross-entropy on four groups of training subjects, each held "
    "out in turn."
)


class Majority(Entrant):
    """Predicts the class frequencies of the training set for every clip."""

    name = "majority"
    is_control = True

    def features(self, inputs: Sequence[NDArray[Any]]) -> NDArray[np.float32]:
        """(N, 1) zeros: the input is ignored."""
        return np.zeros((len(inputs), 1), np.float32)

    def fit_predict(
        self, training_set: TrainingSet, test: NDArray[Any], seed: int, progress: Progress
    ) -> FoldPrediction:
        """The same probabilities for all clips."""
        model = DummyClassifier(strategy="prior").fit(training_set.features, training_set.truth)
        return FoldPrediction(
            linear_head.spread(model.predict_proba(test), model.classes_, training_set.n_labels)
        )


class NearestMean(Entrant):
    """The class whose mean sample is nearest.

    Its probabilities are a softmax of -d^2 / (2 s^2), where s^2 is the mean squared distance of the training
    samples to their own mean. They rank classes, but are not calibrated.
    """

    name = "nearest_mean"
    is_control = True

    @property
    def settings(self) -> dict[str, Any]:
        """What decides the predictions."""
        return {"size": SIZE}

    def features(self, inputs: Sequence[NDArray[Any]]) -> NDArray[np.float32]:
        """(N, 3 * size * size) normalised pixels."""
        return _pixels(inputs)

    def fit_predict(
        self, training_set: TrainingSet, test: NDArray[Any], seed: int, progress: Progress
    ) -> FoldPrediction:
        """Distances to the means of the training samples."""
        classes, index = np.unique(training_set.truth, return_inverse=True)
        means = np.stack([training_set.features[index == i].mean(0) for i in range(len(classes))])
        spread = ((training_set.features - means[index]) ** 2).sum(1).mean()
        distances = ((test[:, None] - means[None]) ** 2).sum(2)
        scores = -distances.astype(np.float64) / max(2 * float(spread), 1e-12)
        return FoldPrediction(linear_head.spread(softmax(scores, axis=1), classes, training_set.n_labels))


class Linear(Entrant):
    """Logistic regression on normalised pixels, strength chosen on training subjects (``linear_head``)."""

    name = "linear"
    is_control = True
    choices = STRENGTH_CHOICE

    @property
    def settings(self) -> dict[str, Any]:
        """What decides the predictions."""
        return {"size": SIZE, "strengths": linear_head.STRENGTHS}

    def features(self, inputs: Sequence[NDArray[Any]]) -> NDArray[np.float32]:
        """(N, 3 * size * size) normalised pixels."""
        return _pixels(inputs)

    def fit_predict(
        self, training_set: TrainingSet, test: NDArray[Any], seed: int, progress: Progress
    ) -> FoldPrediction:
        """Fit the head and apply it."""
        return _head(training_set, test, seed)


class RandomNet(Entrant):
    """The same head on the features of an untrained network: the effect of architecture and head alone.

    Two convolutions that are never trained (``recognition.backbones.random_features``), 128 channels on a 7x7
    grid.
    """

    name = "random_net"
    is_control = True
    choices = STRENGTH_CHOICE
    net_seed = 0

    @property
    def settings(self) -> dict[str, Any]:
        """What decides the predictions."""
        return {"size": SIZE, "strengths": linear_head.STRENGTHS, "net_seed": self.net_seed}

    def features(self, inputs: Sequence[NDArray[Any]]) -> NDArray[np.float32]:
        """(N, 128 * 7 * 7), the mean over the sample and its mirror image."""
        samples = normalised(inputs, SIZE)
        return (self._net(samples) + self._net(mirror_flow(samples))) / 2

    def fit_predict(
        self, training_set: TrainingSet, test: NDArray[Any], seed: int, progress: Progress
    ) -> FoldPrediction:
        """Fit the head and apply it."""
        return _head(training_set, test, seed)

    def _net(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        import torch  # late: two seconds, which the other controls do not need
        from torch.nn import functional as F

        from mer_ros.recognition.backbones.random_features import RandomFeatures

        net, out = RandomFeatures(128, self.net_seed), []
        threads = torch.get_num_threads()
        torch.set_num_threads(1)  # sums in the same order for any number of cores
        try:
            with torch.inference_mode():
                for x in torch.from_numpy(samples).split(64):
                    out.append(F.adaptive_avg_pool2d(net(x), 7).flatten(1).numpy())
        finally:
            torch.set_num_threads(threads)
        return np.concatenate(out)


def _pixels(flow: Sequence[NDArray[Any]]) -> NDArray[np.float32]:
    return symmetric(normalised(flow, SIZE)).reshape(len(flow), -1)


def _head(training_set: TrainingSet, test: NDArray[np.float32], seed: int) -> FoldPrediction:
    features = training_set.features.astype(np.float64)
    head = linear_head.fit(
        features, training_set.truth, training_set.subject_ids, training_set.n_labels, seed
    )
    return FoldPrediction(head(test.astype(np.float64)), {"strength": head.strength})
