"""Labelled clips: what every data set is read into, before any normalisation."""

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
    """N clips: their flow, their labels, and who shows them.

    flow: (N, 2, S, S) float32, u and v from onset to apex. Unit and zero may differ from clip to clip and
    from channel to channel: the clip normalisation comes later, once, for all. truth: (N,) int64 into
    ``labels``. samples, subjects, datasets: (N,) str; a subject's name means somebody within its data set
    only. origin: where the flow comes from, for reports. synthetic: whether the generator made it. caveat:
    what is lost in it, one sentence, or "". crops: for each clip (T, S, S) uint8 grey, the aligned face
    from onset to offset, from which the flow was measured; empty where a set holds flow alone. frame_px:
    edge put round each flow before it is read, for pictures that are cut closer to the face than the
    tracker's crops. sequences: for each clip (T, 2, S, S) float32, u and v from the onset to moments evenly
    up to the offset; empty likewise. apexes: for each clip (S, S, 3) uint8 BGR, the aligned face at the
    apex; empty likewise.
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
    frame_px: int = 0
    sequences: tuple[NDArray[np.float32], ...] = ()
    apexes: tuple[NDArray[np.uint8], ...] = ()

    def __post_init__(self) -> None:
        """Refuse parts that do not fit together."""
        n, shape = len(self.truth), self.flow.shape
        if len(shape) != 4 or shape[1] != 2 or shape[2] != shape[3] or not np.isfinite(self.flow).all():
            raise DataError(f"The flow of clips is {shape}, or not finite: give (N, 2, S, S) of numbers.")
        lengths = {len(self.flow), n, len(self.samples), len(self.subjects), len(self.datasets)}
        lengths |= {len(self.crops), len(self.sequences), len(self.apexes)} - {0}
        if len(lengths) != 1:
            raise DataError(
                f"Flow, labels and names are of lengths {sorted(lengths)}: give one of each a clip."
            )
        if n and not (0 <= self.truth.min() and self.truth.max() < len(self.labels)):
            raise DataError(f"A label lies outside 0..{len(self.labels) - 1}: label by {list(self.labels)}.")

    def __len__(self) -> int:
        """Number of clips."""
        return len(self.truth)

    @property
    def subject_ids(self) -> NDArray[np.str_]:
        """(N,) "dataset/subject": equal for clips of one person, and for no others."""
        return np.char.add(np.char.add(self.datasets, "/"), self.subjects)

    def shown(self, kind: InputKind) -> Sequence[NDArray[Any]]:
        """What the clips show of a kind of input, as ``InputSpec.read`` takes it; DataError if nothing."""
        held: dict[InputKind, Any] = {
            "flow": self._framed,
            "apex": self.apexes,
            "clip": self.crops,
            "sequence": self.sequences,
        }
        if len(held[kind]) != len(self):
            raise DataError(
                f"The data ({self.origin}) shows no input of kind {kind!r}: name systems for flow, or use "
                "--data synthetic, which makes clips for those that read them."
            )
        return held[kind]

    @cached_property
    def _framed(self) -> NDArray[np.float32]:
        """(N, 2, S, S), the outermost pixels repeated outwards."""
        edge = (self.frame_px, self.frame_px)
        return np.pad(self.flow, ((0, 0), (0, 0), edge, edge), mode="edge") if self.frame_px else self.flow

    @cached_property
    def _digest(self) -> str:
        total = hashlib.sha256(repr((self.flow.shape, self.labels, self.frame_px)).encode())
        total.update(np.ascontiguousarray(self.flow, "<f4").tobytes())
        total.update(np.ascontiguousarray(self.truth, "<i8").tobytes())
        for names in (self.samples, self.subject_ids):
            total.update("\0".join(names.tolist()).encode())
        parts: tuple[NDArray[Any], ...] = (*self.crops, *self.sequences, *self.apexes)
        for part in parts:
            total.update(repr(part.shape).encode())
            total.update(np.ascontiguousarray(part).tobytes())
        return total.hexdigest()

    def digest(self) -> str:
        """SHA-256 of everything that a score depends on."""
        return self._digest
