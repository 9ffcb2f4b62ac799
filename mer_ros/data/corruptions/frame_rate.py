"""A slower camera: only every so many frames arrive."""

from __future__ import annotations

import numpy as np

from mer_ros.data.corruptions.corruption import Corruption, Shot


def _slower(shot: Shot, every: float, _rng: np.random.Generator) -> Shot:
    """Every so many frames, the first one and at least two."""
    step = min(int(every), max(len(shot.frames) - 1, 1))
    return Shot(shot.frames[::step], shot.times_s[::step], shot.landmarks[::step])


FRAME_RATE = Corruption("frame rate", "frames for one that arrives", (2.0, 3.0, 4.0, 6.0, 8.0), _slower)
