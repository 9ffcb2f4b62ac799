"""Labelled clips: the form into which every data set is read, before any normalisation."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mer_ros.errors import DataError
from mer_ros.types import InputKind


@dataclass(frozen=True, eq=False)
class ClipSet:
    """N clips: their flow, their labels and their subjects.

    flow: (N, 2, S, S) float32, u and v from onset to apex. Unit and zero may differ from clip to clip and
    from channel to channel; they are removed later by one normalisation (``motion.normalisation``).
    truth: (N,) int64 into ``labels``.
    samples, subjects, datasets: (N,) str. A subject's name is unique within its data set only.
    origin: where the flow comes from, for reports.
    synthetic: whether the clips were generated.
    caveat: one sentence on what the data set has lost, or "".
    crops: per clip (T, S, S) uint8 grey, the aligned face from onset to offset, from which the flow was
    measured; empty for a set of flow alone.
    border_px: width of the border added to each flow before a system reads it, by repeating the outermost
    pixels, for flow cut closer to the face than the tracker's crops.
    sequences: per clip (T, 2, S, S) float32, u and v from the onset to evenly spaced moments up to the
    offset; empty where there are none.
    apex_images: per clip (S, S, 3) uint8 BGR, the aligned face at the apex; empty where there are none.

    DataError if the lengths differ, a label is out of range or the flow is not finite.
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
    crops: tuple[NDArray[np.uint8], ...] = ()
    border_px: int = 0
    sequences: tuple[NDArray[np.float32], ...] = ()
    apex_images: tuple[NDArray[np.uint8], ...] = ()

    def __post_init__(self) -> None:
        """Check that the parts fit together."""
        n, shape = len(self.truth), self.flow.shape
        if len(shape) != 4 or shape[1] != 2 or shape[2] != shape[3] or not np.isfinite(self.flow).all():
            raise DataError(f"The flow of clips is {shape}, or not finite: give (N, 2, S, S) of numbers.")
        lengths = {len(self.flow), n, len(self.samples), len(self.subjects), len(self.datasets)}
        lengths |= {len(self.crops), len(self.sequences), len(self.apex_images)} - {0}
        if len(lengths) != 1:
            raise DataError(
                f"Flow, labels and names are of lengths {sorted(lengths)}: give one of each per clip."
            )
        if n and not (0 <= self.truth.min() and self.truth.max() < len(self.labels)):
            raise DataError(f"A label lies outside 0..{len(self.labels) - 1}: label by {list(self.labels)}.")

    def __len__(self) -> int:
        """Number of clips."""
        return len(self.truth)

    @property
    def subject_ids(self) -> NDArray[np.str_]:
        """(N,) "dataset/subject": equal for clips of one subject, and for no others."""
        return np.char.add(np.char.add(self.datasets, "/"), self.subjects)

    def inputs(self, kind: InputKind) -> Sequence[NDArray[Any]]:
        """One array per clip for ``InputSpec.read`` of this kind; DataError if there are none."""
        held: dict[InputKind, Any] = {
            "flow": self._bordered_flow,
            "apex": self.apex_images,
            "clip": self.crops,
            "sequence": self.sequences,
        }
        if len(held[kind]) != len(self):
            raise DataError(
                f"The data ({self.origin}) has no input of kind {kind!r}: name systems that read flow, or "
                "another data set."
            )
        return held[kind]

    @cached_property
    def _bordered_flow(self) -> NDArray[np.float32]:
        """(N, 2, S, S) with the border."""
        border = (self.border_px, self.border_px)
        if not self.border_px:
            return self.flow
        return np.pad(self.flow, ((0, 0), (0, 0), border, border), mode="edge")

    @cached_property
    def _digest(self) -> str:
        total = hashlib.sha256(repr((self.flow.shape, self.labels, self.border_px)).encode())
        total.update(np.ascontiguousarray(self.flow, "<f4").tobytes())
        total.update(np.ascontiguousarray(self.truth, "<i8").tobytes())
        for names in (self.samples, self.subject_ids):
            total.update("\0".join(names.tolist()).encode())
        parts: tuple[NDArray[Any], ...] = (*self.crops, *self.sequences, *self.apex_images)
        for part in parts:
            total.update(repr(part.shape).encode())
            total.update(np.ascontiguousarray(part).tobytes())
        return total.hexdigest()

    def digest(self) -> str:
        """SHA-256 of everything that a score depends on."""
        return self._digest
