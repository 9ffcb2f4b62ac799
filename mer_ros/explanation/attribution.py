"""Result of an attribution method."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from mer_ros.explanation.notes import Note
from mer_ros.recognition.system import ModelOutput

NOT_A_NUMBER = Note("not_a_number")
"""There is no heat map, because the gradients of the model are not numbers."""


@dataclass(frozen=True, eq=False)
class Attribution:
    """Evidence for a label by position in the input of a system.

    map: (h, w) float, 0 or more, over the whole crop, at the resolution of the method. output: output of the
    system for the same input. note: what the map cannot show, or None.
    """

    map: NDArray[np.floating]
    output: ModelOutput
    note: Note | None = None


@dataclass(frozen=True, eq=False)
class Attributions:
    """Evidence for the labels of a batch of B inputs.

    maps: (B, h, w) float, 0 or more; those that are not finite are replaced by empty ones with the note
    ``NOT_A_NUMBER``. output: output of the system for the batch; None from a method that does not answer the
    inputs themselves, which ``methods.catalogue.attributions`` adds. notes: B of them, or () for none.

    >>> import torch
    >>> found = Attributions(np.float32([[[1, np.nan]], [[0, 2]]]), ModelOutput(torch.zeros(2, 3)))
    >>> [(one.map.tolist(), one.note == NOT_A_NUMBER) for one in found]
    [([[0.0, 0.0]], True), ([[0.0, 2.0]], False)]
    """

    maps: NDArray[np.floating]
    output: ModelOutput | None
    notes: tuple[Note | None, ...] = ()

    def __post_init__(self) -> None:
        """Empty the maps that are not finite."""
        finite = np.isfinite(self.maps).all((1, 2))
        if finite.all():
            return
        notes = self.notes or (None,) * len(self.maps)
        maps = np.where(finite[:, None, None], self.maps, 0)
        object.__setattr__(self, "maps", maps.astype(self.maps.dtype))
        notes = tuple(note if good else NOT_A_NUMBER for note, good in zip(notes, finite, strict=True))
        object.__setattr__(self, "notes", notes)

    def __len__(self) -> int:
        """B."""
        return len(self.maps)

    def __iter__(self) -> Iterator[Attribution]:
        """The attribution of each input, in order."""
        return (self.of(i) for i in range(len(self)))

    def of(self, index: int) -> Attribution:
        """The attribution of one input, its output as a batch of one; there must be an output."""
        assert self.output is not None
        note = self.notes[index] if self.notes else None
        return Attribution(self.maps[index], output_of(self.output, index), note)


def output_of(output: ModelOutput, index: int) -> ModelOutput:
    """The output for one input of a batch, as a batch of one; no reconstruction."""

    def part(values: Tensor | None) -> Tensor | None:
        return None if values is None else values[index : index + 1]

    return ModelOutput(output.logits[index : index + 1], part(output.distances), part(output.latent))


def detached(output: ModelOutput) -> ModelOutput:
    """The output without its graph; no reconstruction."""

    def part(values: Tensor | None) -> Tensor | None:
        return None if values is None else values.detach()

    return ModelOutput(output.logits.detach(), part(output.distances), part(output.latent))
