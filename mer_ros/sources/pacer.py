"""Computes when the next frame of a recording is due, and measures the frame rate."""

from __future__ import annotations

import time
from collections.abc import Callable

_MAX_SLIP = 0.02  # of the time
_MAX_DELAY_S = 0.05  # a longer delay moves the schedule; a shorter one is caught up


class Pacer:
    """Schedules frame i at start + i / rate_hz, or at given times; a long delay shifts the schedule.

    A late frame is due at once. Shifting the schedule, instead of catching up in a burst, prevents overflow
    of the transport queues. rate_hz: frames per second of wall time. slipped_s: total shift of the schedule,
    seconds.
    """

    def __init__(self, rate_hz: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._period_s = 1.0 / rate_hz
        self._clock = clock
        self._started_s: float | None = None
        self._due_s = 0.0
        self._sent = 0
        self.slipped_s = 0.0

    def wait_s(self, since_start_s: float | None = None) -> float:
        """Seconds until the next frame is due, 0 if it is already. Call this once per frame.

        since_start_s: when it is due, seconds of wall time since the first frame; None: one period after the
        frame before.
        """
        now = self._clock()
        if self._started_s is None:
            self._started_s = self._due_s = now
        if since_start_s is not None:
            self._due_s = self._started_s + self.slipped_s + since_start_s
        late = now - self._due_s
        if late > _MAX_DELAY_S:
            self.slipped_s += late
            self._due_s = now
        wait = max(0.0, self._due_s - now)
        self._due_s += self._period_s
        self._sent += 1
        return wait

    def count_frame(self) -> None:
        """Count a frame of a live source, which is sent as soon as it is read."""
        if self._started_s is None:
            self._started_s = self._due_s = self._clock()
        self._sent += 1

    @property
    def running_s(self) -> float:
        """Seconds since the first frame; 0 before it."""
        return self._clock() - self._started_s if self._started_s is not None else 0.0

    @property
    def achieved_hz(self) -> float:
        """Frames per second of wall time since the start."""
        if self._started_s is None or self._sent < 2:
            return 0.0
        return (self._sent - 1) / max(self.running_s, 1e-9)

    @property
    def keeps_up(self) -> bool:
        """Whether the schedule was shifted by less than 2 % of the time."""
        return self.slipped_s <= _MAX_SLIP * self.running_s + _MAX_DELAY_S
