"""Labelled clips, the common form of all data sets before any normalisation."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mer_ros.data.annotations.coded_units import CodedUnit
from mer_ros.data.cohorts import unify_cohorts
from mer_ros.data.corruptions.recordings import Recordings
from mer_ros.data.names import unify
from mer_ros.errors import DataError
from mer_ros.types import InputKind

_CHECKED = 256  # clips whose flow is checked at a time


@dataclass(frozen=True, eq=False)
class ClipSet:
    """N clips: their flow, their labels and their subjects.

    flow: (N, 2, S, S) float32, u and v from onset to apex. Unit and offset may differ between clips and
    between channels; the clip normalisation (``motion.normalisation``) removes both later.
    truth: (N,) int64 indices into ``labels``.
    samples, subjects, datasets: (N,) str. The name of a subject is unique only within its data set. Spellings
    of one name, which differ only in case or blanks, are replaced by one (``data.names``).
    cohorts: (N,) str, the people among whom a subject's name is unique: data sets of one cohort show the same
    people, whose names are unified (``data.cohorts``). None: each data set shows people of its own.
    origin: source of the flow, for reports.
    synthetic: whether the clips were generated.
    caveat: one sentence on the limits of the data set, or "".
    notes: sentences on what was read otherwise than it is written; those on spellings are added.
    crops: for each clip (T, S, S) uint8 grey, the aligned face from onset to offset, from which the flow was
    measured; empty for a set of flow only.
    sequences: for each clip (T, 2, S, S) float32, u and v from the onset to evenly spaced moments up to the
    offset; empty if there are none.
    apex_images: for each clip (S, S, 3) uint8 BGR, the aligned face at the apex; empty if there are none.
    Crops, sequences and images may be read lazily, from the disk, whenever one is accessed.
    recordings: the frames of the clips, in their order, for corruptions; None for a set without frames.
    units: for each clip the action units that a coder saw, with sides, None where they are not coded; empty
    if no clip has them.

    Raises DataError if the lengths differ, a label is out of range, the flow is not finite, or two names of
    subjects or data sets are ambiguous: they may be one or two.
    """

    flow: NDArray[np.float32]
    truth: NDArray[np.int64]
    labels: tuple[str, ...]
    samples: NDArray[np.str_]
    subjects: NDArray[np.str_]
    datasets: NDArray[np.str_]
    origin: str
    synthetic: bool = False
    caveat: str = ""
    crops: Sequence[NDArray[np.uint8]] = ()
    sequences: Sequence[NDArray[np.float32]] = ()
    apex_images: Sequence[NDArray[np.uint8]] = ()
    notes: tuple[str, ...] = ()
    units: tuple[tuple[CodedUnit, ...] | None, ...] = ()
    cohorts: NDArray[np.str_] | None = None
    recordings: Recordings | None = None

    def __post_init__(self) -> None:
        """Raise DataError unless the parts are consistent."""
        n, shape = len(self.truth), self.flow.shape
        if len(shape) != 4 or shape[1] != 2 or shape[2] != shape[3] or not _all_finite(self.flow):
            raise DataError(
                f"The flow of the clips has shape {shape} or non-finite values: give finite values of "
                "shape (N, 2, S, S)."
            )
        lengths = {len(self.flow), n, len(self.samples), len(self.subjects), len(self.datasets)}
        lengths |= {len(own) for own in (self.cohorts, self.recordings) if own is not None}
        lengths |= {len(self.crops), len(self.sequences), len(self.apex_images), len(self.units)} - {0}
        if len(lengths) != 1:
            raise DataError(
                f"Flow, labels and names have the lengths {sorted(lengths)}: give one of each per clip."
            )
        if n and not (0 <= self.truth.min() and self.truth.max() < len(self.labels)):
            raise DataError(f"A label is outside 0..{len(self.labels) - 1}: give indices into {self.labels}.")
        self._unify_names()

    def _unify_names(self) -> None:
        for column in ("datasets", "cohorts"):
            groups = getattr(self, column)
            if groups is None:
                continue
            subjects = self.subjects.tolist()
            names = (
                unify(groups.tolist(), subjects)
                if column == "datasets"
                else unify_cohorts(groups.tolist(), self.datasets.tolist(), subjects)
            )
            if names.clashes:
                raise DataError(f"The names of the clips are ambiguous: {names.clashes[0].sentence}.")
            if (names.datasets, names.subjects) != (groups.tolist(), subjects):
                object.__setattr__(self, column, np.array(names.datasets))
                object.__setattr__(self, "subjects", np.array(names.subjects))
                object.__setattr__(self, "notes", (*self.notes, *names.notes))

    def __len__(self) -> int:
        """Number of clips."""
        return len(self.truth)

    @property
    def cohort_of_each(self) -> NDArray[np.str_]:
        """(N,) the cohort of each clip, its data set where data sets do not share people."""
        return self.datasets if self.cohorts is None else self.cohorts

    @property
    def subject_ids(self) -> NDArray[np.str_]:
        """(N,) "cohort/subject": equal for the clips of one subject and unique among subjects."""
        return np.char.add(np.char.add(self.cohort_of_each, "/"), self.subjects)

    def inputs(self, kind: InputKind) -> Sequence[NDArray[Any]]:
        """One array per clip for ``InputSpec.read`` of this kind; DataError if the set has none."""
        held: dict[InputKind, Any] = {
            "flow": self.flow,
            "apex": self.apex_images,
            "clip": self.crops,
            "sequence": self.sequences,
        }
        if len(held[kind]) != len(self):
            raise DataError(
                f"The data ({self.origin}) has no input of kind {kind!r}: choose systems that read flow, or "
                "another data set."
            )
        return held[kind]

    @cached_property
    def _digest(self) -> str:
        total = hashlib.sha256(repr((self.flow.shape, self.labels)).encode())
        for flow in self.flow:  # one after the other: they may be more than the memory holds
            total.update(np.ascontiguousarray(flow, "<f4").tobytes())
        total.update(np.ascontiguousarray(self.truth, "<i8").tobytes())
        shared = () if self.cohorts is None else (self.datasets,)
        for names in (self.samples, self.subject_ids, *shared):
            total.update("\0".join(names.tolist()).encode())
        parts: Iterable[NDArray[Any]] = chain(self.crops, self.sequences, self.apex_images)
        for part in parts:
            total.update(repr(part.shape).encode())
            total.update(np.ascontiguousarray(part).tobytes())
        return total.hexdigest()

    def digest(self) -> str:
        """SHA-256 of all content on which a score depends."""
        return self._digest


def _all_finite(flow: NDArray[np.float32]) -> bool:
    """Whether all values are finite, checked in parts."""
    return all(np.isfinite(flow[i : i + _CHECKED]).all() for i in range(0, len(flow), _CHECKED))
