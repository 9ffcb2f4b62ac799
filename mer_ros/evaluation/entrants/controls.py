"""Controls: what a system has to beat before it may be said to have learned something.

All read the same normalised samples and know the physical mirror. For the linear model and the class means
that costs nothing: their losses are convex and mirror-symmetric, so training on every sample and its mirror
and averaging the scores of both gives the very model that is fitted on, and asked about, the mean of the two
(``entrant.symmetric``). The random net's features are averaged over both in the same way.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.dummy import DummyClassifier

from mer_ros.errors import ConfigError
from mer_ros.evaluation import linear_head
from mer_ros.motion.normalisation import mirror_flow
from mer_ros.training.entrant import Answer, Entrant, Step, TrainingSet, normalised, symmetric

SIZE = 28
"""Width of the samples that controls read, pixels: MEGC's flow images have no more."""


class Majority(Entrant):
    """Answers how often each class occurs in training, whatever it is asked."""

    name = "majority"
    is_control = True

    def features(self, shown: Sequence[NDArray[Any]]) -> NDArray[np.float32]:
        """Nothing is looked at."""
        return np.zeros((len(shown), 1), np.float32)

    def answer(self, training_set: TrainingSet, asked: NDArray[Any], seed: int, step: Step) -> Answer:
        """The same for all."""
        model = DummyClassifier(strategy="prior").fit(training_set.features, training_set.truth)
        return Answer(linear_head.spread(model.predict_proba(asked), model.classes_, training_set.n_labels))


class NearestMean(Entrant):
    """The class whose mean sample is nearest.

    Its probabilities are a softmax of -d^2 / (2 s^2), where s^2 is the mean squared distance of the training
    samples to their own mean: an order of likelihood, not calibrated.
    """

    name = "nearest_mean"
    is_control = True

    @property
    def settings(self) -> dict[str, Any]:
        """What decides the answers."""
        return {"size": SIZE}

    def features(self, shown: Sequence[NDArray[Any]]) -> NDArray[np.float32]:
        """(N, 3 * size * size) normalised pixels."""
        return _pixels(shown)

    def answer(self, training_set: TrainingSet, asked: NDArray[Any], seed: int, step: Step) -> Answer:
        """Distances to the means of the training samples."""
        classes, index = np.unique(training_set.truth, return_inverse=True)
        means = np.stack([training_set.features[index == i].mean(0) for i in range(len(classes))])
        spread = ((training_set.features - means[index]) ** 2).sum(1).mean()
        distances = ((asked[:, None] - means[None]) ** 2).sum(2)
        scores = -distances.astype(np.float64) / max(2 * float(spread), 1e-12)
        return Answer(linear_head.spread(linear_head.softmax(scores), classes, training_set.n_labels))


class Linear(Entrant):
    """Logistic regression on normalised pixels, strength chosen on training people (``linear_head``)."""

    name = "linear"
    is_control = True

    @property
    def settings(self) -> dict[str, Any]:
        """What decides the answers."""
        return {"size": SIZE, "strengths": linear_head.STRENGTHS}

    def features(self, shown: Sequence[NDArray[Any]]) -> NDArray[np.float32]:
        """(N, 3 * size * size) normalised pixels."""
        return _pixels(shown)

    def answer(self, training_set: TrainingSet, asked: NDArray[Any], seed: int, step: Step) -> Answer:
        """Fit and answer."""
        return _head(training_set, asked, seed)


class RandomNet(Entrant):
    """The same head on an untrained net: what the architecture and the head do without any learned feature.

    Two convolutions that are never trained (``recognition.systems.probe.Untrained``), 128 channels over a 7x7 grid.
    """

    name = "random_net"
    is_control = True
    net_seed = 0

    @property
    def settings(self) -> dict[str, Any]:
        """What decides the answers."""
        return {"size": SIZE, "strengths": linear_head.STRENGTHS, "net_seed": self.net_seed}

    def features(self, shown: Sequence[NDArray[Any]]) -> NDArray[np.float32]:
        """(N, 128 * 7 * 7), the mean over the sample and its mirror."""
        samples = normalised(shown, SIZE)
        return (self._net(samples) + self._net(mirror_flow(samples))) / 2

    def answer(self, training_set: TrainingSet, asked: NDArray[Any], seed: int, step: Step) -> Answer:
        """Fit and answer."""
        return _head(training_set, asked, seed)

    def _net(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        import torch  # late: two seconds, which the other controls do not need
        from torch.nn import functional as F

        from mer_ros.recognition.systems.probe import Untrained

        net, out = Untrained(128, self.net_seed), []
        threads = torch.get_num_threads()
        torch.set_num_threads(1)  # the same sums in the same order, however many cores there are
        try:
            with torch.inference_mode():
                for x in torch.from_numpy(samples).split(64):
                    out.append(F.adaptive_avg_pool2d(net(x), 7).flatten(1).numpy())
        finally:
            torch.set_num_threads(threads)
        return np.concatenate(out)


CONTROLS: tuple[type[Entrant], ...] = (Majority, NearestMean, Linear, RandomNet)
"""Every table carries these."""


def control(name: str) -> Entrant:
    """The control of a name."""
    for kind in CONTROLS:
        if kind.name == name:
            return kind()
    names = ", ".join(kind.name for kind in CONTROLS)
    raise ConfigError(f"No control is named {name!r}: choose one of {names}.")


def _pixels(flow: Sequence[NDArray[Any]]) -> NDArray[np.float32]:
    return symmetric(normalised(flow, SIZE)).reshape(len(flow), -1)


def _head(training_set: TrainingSet, asked: NDArray[np.float32], seed: int) -> Answer:
    features = training_set.features.astype(np.float64)
    head = linear_head.fit(
        features, training_set.truth, training_set.subject_ids, training_set.n_labels, seed
    )
    return Answer(head(asked.astype(np.float64)), {"strength": head.strength})
