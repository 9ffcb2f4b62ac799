"""What can spoil a recording: a change of its frames, in five severities."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mer_ros.errors import ConfigError
from mer_ros.face.geometry import interocular_px

SEVERITIES = (1, 2, 3, 4, 5)

FACE_INTEROCULAR_PX = 90.0
"""Distance of the outer eye corners for which lengths in pixels are meant: of a face 150 px wide."""


@dataclass(frozen=True, eq=False)
class Shot:
    """Frames of one face. frames: (T, H, W, 3) uint8 BGR. times_s: (T,) float64, increasing. landmarks:
    (T, 468, 2 or 3) float32, image pixels.
    """

    frames: NDArray[np.uint8]
    times_s: NDArray[np.float64]
    landmarks: NDArray[np.float32]

    @property
    def enlarged(self) -> float:
        """How much larger the face is than one of ``FACE_INTEROCULAR_PX``."""
        return interocular_px(self.landmarks[0]) / FACE_INTEROCULAR_PX


@dataclass(frozen=True)
class Corruption:
    """One entry of ``catalogue.CORRUPTIONS``.

    title: for tables and plots. unit: of the levels, in words. levels: one for each of ``SEVERITIES``.
    apply: changes a shot, given a level and a random generator; may drop frames.
    """

    title: str
    unit: str
    levels: tuple[float, float, float, float, float]
    apply: Callable[[Shot, float, np.random.Generator], Shot]

    def __call__(self, shot: Shot, severity: int, seed: int = 0) -> Shot:
        """The shot at a severity of 1 to 5; ConfigError for another.

        The same arguments give the same bytes, and all severities the same random choices.
        """
        if severity not in SEVERITIES:
            raise ConfigError(f"severity must be 1 to 5; {severity} was given.")
        return self.apply(shot, self.levels[severity - 1], np.random.default_rng(seed))
