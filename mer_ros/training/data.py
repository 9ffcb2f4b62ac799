"""Training data as tensors: made flow through the same normalisation that events go through."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from mer_ros.data.flow import mirror_flow, normalise_flow
from mer_ros.errors import DataError
from mer_ros.recognition.sample import InputSpec


@dataclass(frozen=True, eq=False)
class LabelledSet:
    """data: (N, 3, S, S) float32 on the CPU, scaled for the network. labels, subjects: (N,) int64."""

    data: Tensor
    labels: Tensor
    subjects: NDArray[np.int64]

    def __post_init__(self) -> None:
        """Refuse a set that nothing can be learned from."""
        if len(self.labels) == 0 or len(self.labels.unique()) < 2:
            found = f"{len(self.labels)} samples of {len(self.labels.unique())} classes"
            raise DataError(f"A training set needs samples of two classes but holds {found}: check it.")

    def __len__(self) -> int:
        """Number of samples."""
        return len(self.labels)


def from_flow(
    flow: NDArray[np.float32], labels: NDArray[np.int64], subjects: NDArray[np.int64], spec: InputSpec
) -> LabelledSet:
    """(N, 2, S, S) raw flow in pixels of its own size -> normalised samples."""
    data = np.stack([normalise_flow(uv, spec.size) for uv in flow]) if len(flow) else np.empty((0, 3, 1, 1))
    scaled = spec.scale(data.astype(np.float32, copy=False))
    return LabelledSet(torch.from_numpy(scaled), torch.from_numpy(labels.astype(np.int64)), subjects)


def check_subjects(train: LabelledSet, validation: LabelledSet) -> None:
    """Refuse a subject that is on both sides."""
    shared = sorted(set(train.subjects.tolist()) & set(validation.subjects.tolist()))
    if shared:
        raise DataError(f"Subjects {shared[:5]} are in training and in validation: give each side its own.")


def batches(
    data: LabelledSet, size: int, mirror: float, generator: torch.Generator
) -> Iterator[tuple[Tensor, Tensor]]:
    """Shuffled batches of an epoch; a share ``mirror`` of the samples is shown as the mirrored face.

    A last batch of one sample is left out, because batch norm has no statistics of one.
    """
    order = torch.randperm(len(data), generator=generator)
    for index in order.split(size):
        if len(index) < 2:
            return
        x = data.data[index]
        flip = torch.rand(len(index), generator=generator) < mirror
        x[flip] = torch.from_numpy(mirror_flow(x[flip].numpy()))  # x is a copy: indexing by numbers makes one
        yield x, data.labels[index]


def n_batches(n: int, size: int) -> int:
    """How many batches ``batches`` gives."""
    return n // size + (n % size >= 2)


@dataclass(frozen=True, eq=False)
class MadeSets:
    """Made flow of three groups of subjects that never meet: to learn from, to choose by, to report."""

    train: LabelledSet
    validation: LabelledSet
    test: LabelledSet
    subjects: dict[str, tuple[int, int]]
    generator: str


def made_sets(samples: int, validation_samples: int, seed: int, spec: InputSpec) -> MadeSets:
    """Training subjects, and the validation subjects in halves: one to choose by, one to report."""
    from mer_ros.data import synthetic  # late: its mesh and its generator are needed only here

    if spec.kind != "flow":
        raise DataError(f"Made training data is flow, not {spec.kind!r}: set the input's kind to 'flow'.")
    held_out = synthetic.VALIDATION_SUBJECTS
    half = len(held_out) // 2
    groups = {"train": synthetic.TRAIN_SUBJECTS, "validation": held_out[:half], "test": held_out[half:]}
    counts = {"train": samples, "validation": validation_samples, "test": validation_samples}
    made = {}
    for offset, (name, group) in enumerate(groups.items()):
        flow = synthetic.flow_samples(counts[name], group, seed + offset, spec.size)
        made[name] = from_flow(flow.data, flow.labels, flow.subjects, spec)
    first_last = {name: (group[0], group[-1]) for name, group in groups.items()}
    return MadeSets(**made, subjects=first_last, generator=synthetic.GENERATOR_VERSION)
