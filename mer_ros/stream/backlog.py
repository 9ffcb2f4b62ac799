"""Tells from the length of a queue whether its reader falls behind."""

from __future__ import annotations

import math

_HOLD_S = 10.0
_SHARE = 0.25  # of the queue: what remains takes the images that come until less work is done


class Backlog:
    """Whether images wait, so that some may get lost: for 10 s after a quarter of the queue was full.

    size: of the queue, images.

    Example:
    >>> backlog = Backlog(40)
    >>> [backlog.is_behind(waiting, now_s) for waiting, now_s in ((9, 0.0), (10, 1.0), (0, 10.5), (0, 11.5))]
    [False, True, True, False]
    """

    def __init__(self, size: int) -> None:
        self._limit = _SHARE * size
        self._last_s = -math.inf  # when a quarter was full

    def is_behind(self, waiting: int, now_s: float) -> bool:
        """Take the number of images in the queue. now_s: a clock that never jumps, seconds."""
        if waiting >= self._limit:
            self._last_s = now_s
        return now_s - self._last_s < _HOLD_S
