"""Frame period of a stream, from the stamps of its latest frames."""

from __future__ import annotations

from collections import deque
from statistics import median

_N_STEPS = 16


class FramePeriod:
    """Median time between the last 17 frames: single lost frames do not change it."""

    def __init__(self) -> None:
        self._steps_s: deque[float] = deque(maxlen=_N_STEPS)

    def add(self, step_s: float) -> None:
        """Add the time from one frame to the next, s."""
        self._steps_s.append(step_s)

    def reset(self) -> None:
        """Forget all frames."""
        self._steps_s.clear()

    def median_s(self, otherwise: float) -> float:
        """Median step, s; ``otherwise`` if there has been none."""
        return median(self._steps_s) if self._steps_s else otherwise
