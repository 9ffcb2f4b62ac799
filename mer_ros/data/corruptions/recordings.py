"""Clips of which the frames are at hand, so that they can be corrupted and measured again."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mer_ros.data.corruptions.catalogue import CORRUPTIONS
from mer_ros.data.corruptions.corruption import SEVERITIES
from mer_ros.progress import SILENT, Part, Progress

TASK = "corrupted clips"
"""The task that ``Recordings.flows`` reports to ``progress``, counted in clips."""

CLEAN = ("", 0)
Variant = tuple[str, int]
"""Name of a corruption and severity, or ``CLEAN``."""

Flows = Mapping[Variant, NDArray[np.float32] | None]
"""(2, S, S) flow of one clip from onset to apex, crop pixels, under each variant; None without a face."""


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
    def flows(
        self, corruptions: Sequence[str], progress: Progress = SILENT, cores: int = 0
    ) -> Iterator[Flows]:
        """The flow of every clip, one clip after the other, under ``variants_of(corruptions)``.

        progress: receives ``TASK``. cores: number of processes, 0 for one per core; the flow does not depend
        on it.
        """


@dataclass(frozen=True, eq=False)
class JoinedRecordings(Recordings):
    """The clips of several recordings, one after the other."""

    parts: tuple[Recordings, ...]

    def __len__(self) -> int:
        """Number of clips of all parts."""
        return sum(map(len, self.parts))

    def flows(
        self, corruptions: Sequence[str], progress: Progress = SILENT, cores: int = 0
    ) -> Iterator[Flows]:
        """See ``Recordings``."""
        progress.started(TASK, len(self))
        done = 0
        for part in self.parts:
            yield from part.flows(corruptions, Part(progress, TASK, done, len(part)), cores)
            done += len(part)
            progress.advanced(TASK, done)
        progress.finished(TASK)
