"""Blinks: detected at the upper lids and removed from the movement of the regions around the eyes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mer_ros.face.regions import MOTION_GROUPS
from mer_ros.spotting.time_series import TimeSeriesBuffer
from mer_ros.spotting.transients import SMOOTH_S

_NAMES = tuple(MOTION_GROUPS)
_NEAR_EYES = np.repeat(["brow" in name or "cheek" in name or "lid" in name for name in _NAMES], 2)  # (2 G,)
_UPPER_LIDS = np.array(
    [[2 * _NAMES.index(f"{side} upper lid") + k for k in (0, 1)] for side in ("right", "left")]
)
_LID_REST_S = 0.3  # time constant of the lids' resting position
_MAX_AWAY_S = 0.45  # lids that are elsewhere for longer do not blink and have a new resting position
_EDGE_SHARE = 0.3  # of the threshold: a blink begins and ends where the lids are this close to rest
_MAX_CLOSING_S = 0.15  # from the beginning of a blink to its threshold


class BlinkFilter:
    """During a blink, holds the regions near the eyes at the position that they had before it.

    Both eyes blink: one lid alone moves like any other region. Lids that stay down for longer than a blink
    lasts belong to an expression: what was held is given back.
    min_lid_motion: movement of an upper lid, other than upwards, above which the eyes blink, interocular
    distances. guard_s: how long after a blink the regions near the eyes are held. last_blink_s: time of the
    last frame in which the eyes blinked. given_back: number of the latest frames that turned out in this
    frame to be no blink.
    """

    def __init__(self, min_lid_motion: float, guard_s: float) -> None:
        self._min_lid_motion, self._guard_s = min_lid_motion, guard_s
        self._lid_rest: NDArray[np.float32] | None = None  # (2, 2) x and y of both upper lids
        self._at_rest_s = 0.0  # last time at which the lids were at rest
        self._held: NDArray[np.float32] | None = None
        self._unheld: list[NDArray[np.float32]] = []  # the movement of the frames that are held
        self.given_back = 0
        self.last_blink_s = -np.inf

    @property
    def is_holding(self) -> bool:
        """Whether the regions near the eyes are being held."""
        return self._held is not None

    def apply(
        self,
        now_s: float,
        frame_step_s: float,
        movement: NDArray[np.float32],
        earlier: TimeSeriesBuffer,
    ) -> NDArray[np.float32]:
        """(2 G,) movement of this frame without the blink.

        movement: (2 G,), interocular distances; earlier: the filtered movement of all previous frames, of
        which the beginning of a blink is removed as well, and which gets back what was no blink.
        """
        self.given_back = 0
        self._observe_lids(now_s, frame_step_s, movement[_UPPER_LIDS], earlier)
        if now_s - self.last_blink_s > self._guard_s:
            self._held = None
            return movement
        if self._held is None:
            began_s = max(self._at_rest_s, now_s - _MAX_CLOSING_S)
            began, first = earlier.index_at(began_s), earlier.index_at(began_s - 2 * SMOOTH_S)
            self._held = earlier.mean(first, max(began, first + 1)) if first < len(earlier) else movement
            self._unheld = list(earlier.values[began:].copy())
            earlier.overwrite(began, _NEAR_EYES, self._held)
        self._unheld.append(movement)
        return np.where(_NEAR_EYES, self._held, movement)

    def _observe_lids(
        self, now_s: float, frame_step_s: float, lids: NDArray[np.float32], earlier: TimeSeriesBuffer
    ) -> None:
        """Follow the resting position of the (2, 2) lids, and decide whether they blink."""
        if self._lid_rest is None:
            self._lid_rest = lids
        away, threshold = lids - self._lid_rest, self._min_lid_motion
        furthest = float(np.abs(away).max())
        # flow follows a lid that closes within a few frames badly, and often sideways
        closed = np.hypot(away[:, 0], np.maximum(away[:, 1], 0))
        both_closed = closed.max() > threshold and closed.min() > _EDGE_SHARE * threshold
        if furthest <= threshold:
            self._lid_rest = self._lid_rest + frame_step_s / (frame_step_s + _LID_REST_S) * away
        if furthest <= _EDGE_SHARE * threshold:
            self._at_rest_s = now_s
        elif now_s - self._at_rest_s > _MAX_AWAY_S:
            self._lid_rest, self._at_rest_s = lids, now_s
            if self._held is not None:
                first = len(earlier) - len(self._unheld)
                earlier.overwrite(first, _NEAR_EYES, np.stack(self._unheld))
                self.given_back = len(self._unheld)
            self._held, self.last_blink_s = None, -np.inf
        elif both_closed or (self.is_holding and closed.max() > _EDGE_SHARE * threshold):
            self.last_blink_s = now_s
