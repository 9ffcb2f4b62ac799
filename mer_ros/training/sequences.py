"""Training data for systems that read key frames: made sequences through the sample that events become."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from mer_ros.data.sequence import SHOWN_FRAMES
from mer_ros.errors import DataError
from mer_ros.recognition.sample import InputSpec
from mer_ros.training.data import LabelledSet

_AT_ONCE = 500
"""Sequences made at a time: of each, all moments are held until its key frames are taken."""

EARLY = 2
"""A training sequence ends up to so many moments early, as the spotter's offset may."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, eq=False)
class SequenceSets:
    """Made sequences of three groups of subjects that never meet: to learn from, to choose by, to report.

    subjects: the first and the last of each group.
    """

    train: LabelledSet
    validation: LabelledSet
    test: LabelledSet
    subjects: dict[str, tuple[int, int]]


def from_sequences(
    shown: NDArray[np.float32], labels: NDArray[np.int64], subjects: NDArray[np.int64], spec: InputSpec
) -> LabelledSet:
    """(N, T, 2, S, S) raw flow, crop pixels -> (N, frames, 3, size, size) samples, scaled."""
    data = np.stack([spec.scale(spec.read(one).data) for one in shown])
    return LabelledSet(torch.from_numpy(data), torch.from_numpy(labels.astype(np.int64)), subjects)


def made_sequence_sets(
    samples: int, validation_samples: int, seed: int, spec: InputSpec, progress: Progress | None = None
) -> SequenceSets:
    """Training subjects, and the validation subjects in halves: one to choose by, one to report."""
    from mer_ros.data import synthetic  # late: its mesh and its generator are needed only here

    if spec.kind != "sequence":
        raise DataError(f"Made sequences are no input of kind {spec.kind!r}: set 'sequence'.")
    held_out = synthetic.VALIDATION_SUBJECTS
    half = len(held_out) // 2
    groups = {"train": synthetic.TRAIN_SUBJECTS, "validation": held_out[:half], "test": held_out[half:]}
    counts = {"train": samples, "validation": validation_samples, "test": validation_samples}
    whole, done = sum(counts.values()), 0
    made = {}
    for offset, (name, group) in enumerate(groups.items()):
        parts = []
        for first in range(0, counts[name], _AT_ONCE):
            n = min(_AT_ONCE, counts[name] - first)
            own_seed = _seed(seed, offset, first)
            flow = synthetic.flow_sequences(n, group, own_seed, spec.size, SHOWN_FRAMES)
            early = np.random.default_rng(own_seed).integers(0, EARLY + 1, n) * (name == "train")
            ends = SHOWN_FRAMES - early
            data = np.stack([spec.read(one[:end]).data for one, end in zip(flow.data, ends, strict=True)])
            parts.append((data, flow.labels, flow.subjects))
            done += n
            if progress:
                progress(done, whole)
        data, labels, subjects = (np.concatenate(column) for column in zip(*parts, strict=True))
        made[name] = LabelledSet(torch.from_numpy(spec.scale(data)), torch.from_numpy(labels), subjects)
    first_last = {name: (group[0], group[-1]) for name, group in groups.items()}
    return SequenceSets(**made, subjects=first_last)


def _seed(seed: int, group: int, first: int) -> int:
    """A seed of its own for every part of every group."""
    return int(np.random.SeedSequence([seed, group, first]).generate_state(1)[0])
