"""When the next frame is due, for a source that is played by the clock."""

from __future__ import annotations

import time
from collections.abc import Callable

_SLIP_S = 0.05


class Pacer:
    """Frame i is due at start + i / rate. What comes late goes out at once, and the schedule slips behind it.

    Slipping by whole delays, not catching up in a burst, keeps the transport's queues from overflowing.
    rate_hz: frames per second of wall time.
    """

    def __init__(self, rate_hz: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._period_s = 1.0 / rate_hz
        self._clock = clock
        self._started_s: float | None = None
        self._due_s = 0.0
        self._sent = 0
        self.slipped_s = 0.0

    def wait_s(self) -> float:
        """Seconds to wait before the next frame, 0 if it is due. Call once for each frame."""
        now = self._clock()
        if self._started_s is None:
            self._started_s = self._due_s = now
        late = now - self._due_s
        if late > _SLIP_S:
            self.slipped_s += late
            self._due_s = now
        wait = max(0.0, self._due_s - now)
        self._due_s += self._period_s
        self._sent += 1
        return wait

    def skip(self, frames: int) -> None:
        """Let the times of so many frames pass that do not exist."""
        self._due_s += frames * self._period_s

    def count(self) -> None:
        """A frame goes out when it comes, as those of a live camera do: it is only counted."""
        if self._started_s is None:
            self._started_s = self._due_s = self._clock()
        self._sent += 1

    @property
    def achieved_hz(self) -> float:
        """Frames per second of wall time so far."""
        if self._started_s is None or self._sent < 2:
            return 0.0
        return (self._sent - 1) / max(self._clock() - self._started_s, 1e-9)

    @property
    def keeps_up(self) -> bool:
        """Whether less than 2 % of the time was lost to slipping."""
        if self._started_s is None:
            return True
        return self.slipped_s <= 0.02 * (self._clock() - self._started_s) + _SLIP_S
