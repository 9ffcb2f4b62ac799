"""Measurement of one face in one frame, and the history of the last seconds."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mer_ros.face.regions import MOTION_GROUPS
from mer_ros.spotting.time_series import TimeSeriesBuffer

N_CHANNELS = 2 * len(MOTION_GROUPS)
"""x and y of each of the G motion groups: channels of the movement."""

_SHARPNESS, _TURN, _BLINK = 0, slice(1, 3), 3
_N_SIDE_CHANNELS = 4


def _no_turn() -> NDArray[np.float64]:
    return np.zeros(2)


@dataclass(frozen=True, eq=False)
class FaceMeasurement:
    """One face in one frame.

    groups: (G, 2) movement of the MOTION_GROUPS as a fraction of the interocular distance. sharpness:
    sharpness of the aligned crop, any unit. turn: (2,) yaw and pitch of the head relative to the reference,
    rad. frozen: share of the face that compression freezes from frame to frame (``face.compression``), 0..1.
    """

    groups: NDArray[np.float32]
    sharpness: float = 1.0
    turn: NDArray[np.floating] = field(default_factory=_no_turn)
    frozen: float = 0.0


class History:
    """The last seconds of one face: movement, sharpness, head turn and blinks.

    keep_s: time that is kept at least. movement: (N, 2 G) filtered movement, interocular distances.
    """

    def __init__(self, keep_s: float) -> None:
        self.movement = TimeSeriesBuffer(N_CHANNELS, keep_s)
        self._side = TimeSeriesBuffer(_N_SIDE_CHANNELS, keep_s)

    def append(
        self,
        time_s: float,
        movement: NDArray[np.float32],
        sharpness: float,
        turn: NDArray[np.float32],
        blinks: bool,
    ) -> None:
        """Add a frame; times must increase. movement: (2 G,), turn: (2,) rad."""
        self.movement.append(time_s, movement)
        self._side.append(time_s, np.array([sharpness, *turn, blinks], np.float32))

    def mean_sharpness(self, start_s: float, end_s: float) -> float:
        """Mean sharpness between two times; that of the nearest frame if no frame lies between them."""
        side = self._side
        first = min(side.index_at(start_s), len(side) - 1)
        return float(side.mean(first, max(side.index_at(end_s), first + 1))[_SHARPNESS])

    def largest_sharpening(self, start_s: float, end_s: float) -> float:
        """Largest sharpness of a frame over that of the frame before, of the frames between two times."""
        side = self._side
        first = max(side.index_at(start_s) - 1, 0)
        sharpness = side.values[first : side.index_at(end_s), _SHARPNESS].astype(np.float64)
        if len(sharpness) < 2:
            return 1.0
        return float((sharpness[1:] / np.maximum(sharpness[:-1], 1e-9)).max())

    def head_turn(self, start_s: float, end_s: float, returned: bool = True) -> float:
        """Largest deviation of the head between two times from a uniform turn, rad.

        returned: False for the deviation from the start instead.
        """
        side = self._side
        turn = side.values[side.index_at(start_s) : side.index_at(end_s), _TURN]
        if not len(turn):
            return 0.0
        uniform = turn[0] + returned * (turn[-1] - turn[0]) * np.linspace(0, 1, len(turn))[:, None]
        return float(np.linalg.norm(turn - uniform, axis=1).max())

    def forget_blink(self, frames: int) -> None:
        """Record that the last frames belong to no blink."""
        none = np.zeros(_N_SIDE_CHANNELS, np.float32)
        only_blink = np.arange(_N_SIDE_CHANNELS) == _BLINK
        self._side.overwrite(max(len(self._side) - frames, 0), only_blink, none)

    def has_blink(self, start_s: float, end_s: float) -> bool:
        """Whether the eyes blinked between two times."""
        side = self._side
        return bool(side.values[side.index_at(start_s) : side.index_at(end_s), _BLINK].any())
