"""What one frame tells the spotter about one face, and the last seconds of it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mer_ros.face.regions import MOTION_GROUPS
from mer_ros.spotting.time_series import TimeSeriesBuffer

N_CHANNELS = 2 * len(MOTION_GROUPS)

_SHARPNESS, _TURN, _BLINK = 0, slice(1, 3), 3


def _straight() -> NDArray[np.float64]:
    return np.zeros(2)


@dataclass(frozen=True, eq=False)
class FaceMeasurement:
    """One frame.

    groups: (G, 2) movement of the MOTION_GROUPS, lids: downward movement of the upper lids, both as a
    fraction of the interocular distance. sharpness: of the aligned crop, any unit. turn: (2,) yaw and pitch
    of the head against the reference, rad.
    """

    groups: NDArray[np.float32]
    lids: float = 0.0
    sharpness: float = 1.0
    turn: NDArray[np.floating] = field(default_factory=_straight)


class History:
    """The movement, (2 G) channels, and beside it the sharpness, the turn of the head and the blinks."""

    def __init__(self, keep_s: float) -> None:
        self.movement = TimeSeriesBuffer(N_CHANNELS, keep_s)
        self._beside = TimeSeriesBuffer(4, keep_s)

    def append(
        self,
        time_s: float,
        movement: NDArray[np.float32],
        sharpness: float,
        turn: NDArray[np.float32],
        blinks: bool,
    ) -> None:
        """Take a frame; times must rise."""
        self.movement.append(time_s, movement)
        self._beside.append(time_s, np.array([sharpness, *turn, blinks], np.float32))

    def sharpness(self, start_s: float, end_s: float) -> float:
        """Mean between two moments; that of the nearest frame where there is none."""
        beside = self._beside
        first = min(beside.at(start_s), len(beside) - 1)
        return float(beside.mean(first, max(beside.at(end_s), first + 1))[_SHARPNESS])

    def turned(self, start_s: float, end_s: float) -> float:
        """How far the head turned between two moments from a steady turn, rad."""
        beside = self._beside
        turn = beside.values[beside.at(start_s) : beside.at(end_s), _TURN]
        if not len(turn):
            return 0.0
        steady = turn[0] + (turn[-1] - turn[0]) * np.linspace(0, 1, len(turn))[:, None]
        return float(np.linalg.norm(turn - steady, axis=1).max())

    def blinked(self, start_s: float, end_s: float) -> bool:
        """Whether the eyes blinked between two moments."""
        beside = self._beside
        return bool(beside.values[beside.at(start_s) : beside.at(end_s), _BLINK].any())
