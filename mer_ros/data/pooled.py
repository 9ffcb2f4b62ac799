"""Several data sets as one, for protocols over data sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mer_ros.data.clip_set import ClipSet
from mer_ros.data.corruptions.recordings import JoinedRecordings
from mer_ros.data.flow_storage import copied_flow
from mer_ros.errors import DataError


def pooled(sets: Sequence[ClipSet], folder: Path | None = None) -> ClipSet:
    """One set with the clips of all, in their order; a single set is returned as it is.

    folder: for the flow of a set that is larger than ``flow_storage.IN_MEMORY_BYTES``; other inputs are read
    lazily, as in the sets. An input that not all sets have is left out. Raises DataError if the sets have
    different labels or sizes of flow.
    """
    first, *others = sets
    if not others:
        return first
    for one in others:
        if one.labels != first.labels:
            raise DataError(
                f"{first.origin} has the labels {', '.join(first.labels)} and {one.origin} "
                f"{', '.join(one.labels)}: choose the same classes with --labels."
            )
        if one.flow.shape[1:] != first.flow.shape[1:]:
            raise DataError(
                f"The flow of {first.origin} is {first.flow.shape[-1]} px wide, that of {one.origin} "
                f"{one.flow.shape[-1]} px: evaluate them one after the other."
            )
    coded = any(one.units for one in sets)
    shared = any(one.cohorts is not None for one in sets)
    recordings = [one.recordings for one in sets if one.recordings is not None]
    return ClipSet(
        flow=copied_flow([(one.flow, np.arange(len(one))) for one in sets], folder),
        truth=np.concatenate([one.truth for one in sets]),
        labels=first.labels,
        samples=np.concatenate([one.samples for one in sets]),
        subjects=np.concatenate([one.subjects for one in sets]),
        datasets=np.concatenate([one.datasets for one in sets]),
        origin=" + ".join(dict.fromkeys(one.origin for one in sets)),
        synthetic=any(one.synthetic for one in sets),
        caveat=" ".join(dict.fromkeys(one.caveat for one in sets if one.caveat)),
        crops=_joined([one.crops for one in sets]),
        sequences=_joined([one.sequences for one in sets]),
        apex_images=_joined([one.apex_images for one in sets]),
        notes=tuple(f"{one.datasets[0]}: {note}" for one in sets for note in one.notes),
        units=tuple(units for one in sets for units in (one.units or (None,) * len(one))) if coded else (),
        cohorts=np.concatenate([one.cohort_of_each for one in sets]) if shared else None,
        recordings=JoinedRecordings(tuple(recordings)) if len(recordings) == len(sets) else None,
    )


def _joined(parts: Sequence[Sequence[NDArray[Any]]]) -> Sequence[NDArray[Any]]:
    return Joined(tuple(parts)) if all(map(len, parts)) else ()


@dataclass(frozen=True, eq=False)
class Joined(Sequence[NDArray[Any]]):
    """Sequences one after the other, none of which is read before an item of it is accessed."""

    parts: tuple[Sequence[NDArray[Any]], ...]

    def __len__(self) -> int:
        """Number of items of all parts."""
        return sum(map(len, self.parts))

    def __getitem__(self, i: Any) -> Any:
        """The i-th item."""
        for part in self.parts:
            if i < len(part):
                return part[i]
            i -= len(part)
        raise IndexError("there are fewer items")


@dataclass(frozen=True, eq=False)
class Chosen(Sequence[NDArray[Any]]):
    """Some items of a sequence, none of which is read before it is accessed. indices: of the items."""

    items: Sequence[NDArray[Any]]
    indices: tuple[int, ...]

    def __len__(self) -> int:
        """Number of chosen items."""
        return len(self.indices)

    def __getitem__(self, i: Any) -> Any:
        """The i-th chosen item."""
        return self.items[self.indices[i]]
