"""Frames of long videos for tests; processes import them from here."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mer_ros.errors import DataError


@dataclass(frozen=True)
class Held:
    """Frames in memory."""

    frames: tuple[NDArray[np.uint8], ...]
    name: str = "held"
    fps: float = 30.0

    @property
    def n_frames(self):
        return len(self.frames)

    def timed_frames(self):
        return ((round(i * 1e9 / self.fps), frame) for i, frame in enumerate(self.frames))

    def described(self):
        return [self.name, self.fps]


@dataclass(frozen=True)
class Blank:
    """Frames without a face. A file in ``notes`` counts each reading.

    fails: what is wrong with the fourth frame. kills: number of readings that end their process.
    """

    notes: Path
    name: str
    fails: str = ""
    kills: int = 0
    fps: float = 30.0
    n_frames: int = 8

    def timed_frames(self):
        n_read = len(list(self.notes.glob(f"{self.name}.*")))
        (self.notes / f"{self.name}.{n_read}").touch()
        if n_read < self.kills:
            os.kill(os.getpid(), signal.SIGKILL)
        for i in range(self.n_frames):
            if self.fails and i == 3:
                raise DataError(self.fails)
            yield i * 33_000_000, np.full((64, 64, 3), i, np.uint8)

    def described(self):
        return self.name
