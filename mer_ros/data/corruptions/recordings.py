"""Clips of which the frames are at hand, so that they can be corrupted and measured again."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from mer_ros.data.corruptions.catalogue import CORRUPTIONS
from mer_ros.data.corruptions.corruption import SEVERITIES
from mer_ros.progress import SILENT, Part, Progress
from mer_ros.types import InputKind

TASK = "corrupted clips"
"""The task that ``Recordings.measured`` reports to ``progress``, counted in clips."""

CLEAN = ("", 0)
Variant = tuple[str, int]
"""Name of a corruption and severity, or ``CLEAN``."""

Inputs = Mapping[InputKind, NDArray[Any]]
"""What systems read of one clip, by kind, as in ``ClipSet``: (2, S, S) float32 flow, (T, 2, S, S) float32
sequence, (T, S, S) uint8 clip, (S, S, 3) uint8 apex image."""

Measured = Mapping[Variant, Inputs | None]
"""The inputs of one clip under each variant; None without a face."""

FLOW: tuple[InputKind, ...] = ("flow",)


def variants_of(corruptions: Sequence[str]) -> list[Variant]:
    """``CLEAN``, then every severity of each corruption; ConfigError for an unknown name."""
    for name in corruptions:
        CORRUPTIONS.get(name)
    return [CLEAN, *((name, severity) for name in corruptions for severity in SEVERITIES)]


class Recordings(ABC):
    """The frames of N clips."""

    @abstractmethod
    def __len__(self) -> int:
        """Number of clips."""

    @abstractmethod
    def measured(
        self,
        corruptions: Sequence[str],
        kinds: Sequence[InputKind] = FLOW,
        progress: Progress = SILENT,
        cores: int = 0,
    ) -> Iterator[Measured]:
        """The inputs of every clip, one clip after the other, under ``variants_of(corruptions)``.

        kinds: of the inputs, one or more. progress: receives ``TASK``. cores: number of processes, 0 for one
        per core; the inputs do not depend on it.
        """


@dataclass(frozen=True, eq=False)
class JoinedRecordings(Recordings):
    """The clips of several recordings, one after the other."""

    parts: tuple[Recordings, ...]

    def __len__(self) -> int:
        """Number of clips of all parts."""
        return sum(map(len, self.parts))

    def measured(
        self,
        corruptions: Sequence[str],
        kinds: Sequence[InputKind] = FLOW,
        progress: Progress = SILENT,
        cores: int = 0,
    ) -> Iterator[Measured]:
        """See ``Recordings``."""
        progress.started(TASK, len(self))
        done = 0
        for part in self.parts:
            yield from part.measured(corruptions, kinds, Part(progress, TASK, done, len(part)), cores)
            done += len(part)
            progress.advanced(TASK, done)
        progress.finished(TASK)
