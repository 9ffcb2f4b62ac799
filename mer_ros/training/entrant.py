"""The interface of systems under evaluation: trained on one side of a fold, they predict the other."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mer_ros.errors import ConfigError
from mer_ros.motion.normalisation import mirror_flow, normalise_flow
from mer_ros.progress import Progress
from mer_ros.types import InputKind

if TYPE_CHECKING:  # the settings import torch, which the controls do not need
    from mer_ros.data.clip_set import ClipSet
    from mer_ros.training.config import TrainConfig


NO_NAMES = np.empty(0, np.str_)


@dataclass(frozen=True, eq=False)
class TrainingSet:
    """The training side of one fold: all that an entrant may use for weights and choices.

    features: (n, ...) from ``Entrant.features``. truth: (n,) int64. subject_ids: (n,) str, for choices on
    held-out subjects. n_labels: number of classes of the data set, of which the training side may lack some.
    datasets: (n,) str, the data set of each clip. tested: (m,) str, the data sets of the clips to predict,
    which are known as the clips are. Both are empty where data sets are not told apart. inspect: whether the
    report shows this fold, so the prediction should contain its ``Inspection``. tested_subjects: (m,) str,
    the subjects to predict, so that nothing else is trained on them.
    """

    features: NDArray[Any]
    truth: NDArray[np.int64]
    subject_ids: NDArray[np.str_]
    n_labels: int
    datasets: NDArray[np.str_] = field(default_factory=lambda: NO_NAMES)
    tested: NDArray[np.str_] = field(default_factory=lambda: NO_NAMES)
    inspect: bool = False
    tested_subjects: NDArray[np.str_] = field(default_factory=lambda: NO_NAMES)


@dataclass(frozen=True)
class EpochScore:
    """One epoch of training. loss: mean over its batches. validation_uf1: UF1 on the training subjects that
    are held out to choose the epoch, 0..1. best: whether it is the highest so far.
    """

    loss: float
    validation_uf1: float
    best: bool


@dataclass(frozen=True, eq=False)
class DecodedPrototypes:
    """Prototypes in the space of the input. epoch: number of epochs trained, 0 for a system without epochs.

    data: (K, 3, S, S) float32, as ``Sample.data``. labels: the class of each.
    """

    epoch: int
    data: NDArray[np.float32]
    labels: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Inspection:
    """The latent space of the system of one fold, and its prototypes after some numbers of epochs.

    train: (n, D) float32 latents of the training clips, in the order of the training set. test: (m, D) of the
    predicted clips. maps: (m, h, w) float32 heat maps of the answers to them, 0 or more; None where they were
    not asked for.
    """

    train: NDArray[np.float32]
    test: NDArray[np.float32]
    prototypes: tuple[DecodedPrototypes, ...] = ()
    maps: NDArray[np.float32] | None = None


@dataclass(frozen=True, eq=False)
class FoldPrediction:
    """probabilities: (m, n_labels) float64, rows sum to 1. chosen: settings chosen in this fold, by name.

    epochs: the course of a training in epochs. inspection: only where ``TrainingSet.inspect`` asks for it.
    """

    probabilities: NDArray[np.float64]
    chosen: Mapping[str, float] = field(default_factory=dict)
    epochs: tuple[EpochScore, ...] = ()
    inspection: Inspection | None = None


class Entrant(ABC):
    """name: in tables and file names. is_control: whether it is a baseline. uses_folds: whether it is trained
    on the training sides of folds; if not, it is finished or trained on other data. reads: kind of input.
    choices: how everything that is not a setting is chosen, one sentence for reports. pretrains: whether it
    can be trained on other clips first. trained_on: data sets that its initial or finished weights were
    trained on (``seen_data_sets``), None if that is not known.

    An entrant can be pickled after ``set_labels``: folds are trained in other processes.
    """

    name: str
    is_control = False
    uses_folds = True
    choices: str = "Nothing is chosen."
    reads: InputKind = "flow"
    pretrains = False
    trained_on: tuple[str, ...] | None = ()

    def set_labels(self, labels: tuple[str, ...]) -> None:  # noqa: B027  (most do not need them)
        """Receive the classes of the data set, before any other call."""

    def pretrain_on(self, clips: ClipSet) -> None:
        """Train on these clips before those of a fold, without its test subjects. Called after
        ``set_labels``, with clips in its labels. ConfigError for an entrant that cannot.
        """
        raise ConfigError(
            f"{self.name!r} cannot be pretrained: choose networks, such as prototype, or omit --pretrain."
        )

    @property
    def settings(self) -> dict[str, Any]:
        """Everything but data and seed that decides the predictions, JSON-able."""
        return {}

    @abstractmethod
    def features(self, inputs: Sequence[NDArray[Any]]) -> NDArray[Any]:
        """N inputs of the kind that the entrant reads -> (N, ...), each independent of the others.

        inputs: (N, 2, S, S) float32 u, v in pixels, or (N, S, S, 3) uint8 BGR; a sequence of arrays for clips
        and sequences.
        """

    @abstractmethod
    def fit_predict(
        self, training_set: TrainingSet, test: NDArray[Any], seed: int, progress: Progress
    ) -> FoldPrediction:
        """Train on the training set and predict the clips whose features (m, ...) are ``test``."""


def fold_settings(config: TrainConfig) -> dict[str, Any]:
    """The training settings that decide predictions: all but the numbers of synthetic samples,
    the seed and ``rejection_quantile``.
    """
    settings = asdict(config)
    for name in ("samples", "validation_samples", "seed", "rejection_quantile"):
        del settings[name]
    return settings


def normalised(flow: Sequence[NDArray[np.float32]], size: int) -> NDArray[np.float32]:
    """(N, 2, S, S) raw flow -> (N, 3, size, size) u, v, strain after the clip normalisation."""
    return np.stack([normalise_flow(uv, size) for uv in flow])


def symmetric(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """(N, 3, S, S): the mean of each sample and its physical mirror image (flipped, u negated)."""
    return (samples + mirror_flow(samples)) / 2
