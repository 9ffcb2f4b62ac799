"""Training samples as tensors, preprocessed as events are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from mer_ros.errors import DataError, quantity
from mer_ros.motion.normalisation import normalise_flow
from mer_ros.recognition.mirror_averaging import mirrored
from mer_ros.recognition.sample import InputSpec
from mer_ros.training.augmentation import Augmentation, augmented
from mer_ros.types import InputKind

Vary = Callable[[Tensor, torch.Generator], Tensor]
"""((B, 2, S', S') raw flow, random generator) -> (B, 3, S, S) samples, scaled for the network."""


@dataclass(frozen=True, eq=False)
class LabelledSet:
    """data: (N, 3, S, S) float32 on the CPU, scaled for the network. labels, subjects: (N,) int64.

    flow: (N, 2, S', S') float32, the raw flow of the samples, for augmentation; or None. Samples of sequences
    are (N, T, 3, S, S). kind: of the input, which decides how a sample is mirrored.
    """

    data: Tensor
    labels: Tensor
    subjects: NDArray[np.int64]
    flow: Tensor | None = None
    kind: InputKind = "flow"

    def __post_init__(self) -> None:
        """Refuse a set without two classes."""
        if len(self.labels) == 0 or len(self.labels.unique()) < 2:
            classes = quantity(len(self.labels.unique()), "class", "classes")
            raise DataError(
                f"A training set needs samples of two classes, found {quantity(len(self.labels), 'sample')} "
                f"of {classes}: give more samples."
            )

    def __len__(self) -> int:
        """Number of samples."""
        return len(self.labels)

    def shares(self, n_labels: int) -> list[float]:
        """Share of each class among the samples, 4 decimals."""
        counts = torch.bincount(self.labels, minlength=n_labels)
        return [round(count / len(self), 4) for count in counts.tolist()]


def from_flow(
    flow: NDArray[np.float32], labels: NDArray[np.int64], subjects: NDArray[np.int64], spec: InputSpec
) -> LabelledSet:
    """(N, 2, S, S) raw flow in pixels of its own size -> normalised samples."""
    data = np.stack([normalise_flow(uv, spec.size) for uv in flow]) if len(flow) else np.empty((0, 3, 1, 1))
    scaled = spec.scale(data.astype(np.float32, copy=False))
    raw = torch.from_numpy(np.ascontiguousarray(flow, np.float32))
    return LabelledSet(torch.from_numpy(scaled), torch.from_numpy(labels.astype(np.int64)), subjects, raw)


def from_inputs(
    inputs: Sequence[NDArray[Any]],
    labels: NDArray[np.int64],
    subjects: NDArray[np.int64],
    spec: InputSpec,
) -> LabelledSet:
    """Inputs of the kind that ``spec`` reads -> samples, preprocessed as events are."""
    if spec.kind == "flow":
        return from_flow(np.asarray(inputs, np.float32), labels, subjects, spec)
    read = [spec.scale(spec.read(one).data) for one in inputs] or [spec.blank()[:0]]
    data = torch.from_numpy(np.stack(read))
    return LabelledSet(data, torch.from_numpy(labels.astype(np.int64)), subjects, kind=spec.kind)


def mirror_share(x: Tensor, share: float, kind: InputKind, generator: torch.Generator) -> Tensor:
    """Mirror about a ``share`` of (B, ..., S, S) samples, in place.

    The horizontal component u of flow is negated as well; a picture is only flipped.
    """
    flip = torch.rand(len(x), generator=generator) < share
    x[flip] = x[flip].flip(-1) if kind == "apex" else mirrored(x[flip])
    return x


def check_subjects(train: LabelledSet, validation: LabelledSet) -> None:
    """Raise DataError where a subject is in both sets."""
    shared = sorted(set(train.subjects.tolist()) & set(validation.subjects.tolist()))
    if shared:
        raise DataError(
            f"Subjects {shared[:5]} are in the training and the validation set: use disjoint subjects."
        )


def varying(augmentation: Augmentation, spec: InputSpec) -> Vary | None:
    """The function that augments a batch of raw flow, or None if there is nothing to vary."""
    if augmentation.changes_nothing or spec.kind != "flow":
        return None
    mean, std = (torch.tensor(values, dtype=torch.float32)[:, None, None] for values in (spec.mean, spec.std))
    return lambda flow, generator: (augmented(flow, augmentation, spec.size, generator) - mean) / std


def batches(
    data: LabelledSet,
    size: int,
    mirror: float,
    generator: torch.Generator,
    vary: Vary | None = None,
    balance: bool = False,
) -> Iterator[tuple[Tensor, Tensor]]:
    """Shuffled batches (x, labels) of an epoch; a share ``mirror`` of the samples is mirrored.

    vary: augments each batch, if the set holds its raw flow. balance: samples are drawn with replacement so
    that all classes are equally frequent. A last batch of one sample is left out: batch norm needs two.
    """
    if balance:
        rarity = 1 / torch.bincount(data.labels).clamp_min(1).double()
        order = torch.multinomial(rarity[data.labels], len(data), replacement=True, generator=generator)
    else:
        order = torch.randperm(len(data), generator=generator)
    for index in order.split(size):
        if len(index) < 2:
            return
        if vary and data.flow is not None:
            x = vary(data.flow[index], generator)
        else:
            x = data.data[index]
        # x is a copy: indexing by numbers makes one
        yield mirror_share(x, mirror, data.kind, generator), data.labels[index]


def n_batches(n: int, size: int) -> int:
    """Number of batches that ``batches`` yields."""
    return n // size + (n % size >= 2)
