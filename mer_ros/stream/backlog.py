"""Tells from the fill of a queue whether its reader falls behind."""

from __future__ import annotations

import math

_HOLD_S = 10.0
_FULL = 0.25  # of the queue: what remains takes the images that come until less work is done


class Backlog:
    """Whether images wait, so that some may get lost: for 10 s after a quarter of the queue was full.

    Example:
    >>> backlog = Backlog()
    >>> [backlog.is_behind(fill, now_s) for fill, now_s in ((0.2, 0.0), (0.3, 1.0), (0.0, 10.5), (0.0, 11.5))]
    [False, True, True, False]
    """

    def __init__(self) -> None:
        self._last_s = -math.inf  # when a quarter was full

    def is_behind(self, fill: float, now_s: float) -> bool:
        """Take the share of the queue that is full, 0..1. now_s: a clock that never jumps, seconds."""
        if fill >= _FULL:
            self._last_s = now_s
        return now_s - self._last_s < _HOLD_S
