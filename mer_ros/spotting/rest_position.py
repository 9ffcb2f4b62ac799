"""Rest position of a face, so that the signal is continuous when the reference is renewed.

``MotionMeter`` measures relative to its reference, which is renewed from the average of quiet frames. At that
moment all its values return to about zero. ``RestPosition`` averages the measurements of the same frames with
the same weight and adds the result to all later measurements.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mer_ros.motion.meter import REFERENCE_GAIN


class RestPosition:
    """Offset of the current reference from the first one. channels: number of values of a measurement."""

    def __init__(self, channels: int) -> None:
        self._offset = self._mean = np.zeros(channels, np.float32)

    def absolute(self, measured: NDArray[np.float32]) -> NDArray[np.float32]:
        """(channels,) values relative to the first reference, from values relative to the current one."""
        return measured + self._offset

    def add_quiet_frame(self, absolute: NDArray[np.float32]) -> None:
        """Average a quiet frame's (channels,) values into the rest position."""
        self._mean = self._mean + REFERENCE_GAIN * (absolute - self._mean)

    def renew_reference(self) -> None:
        """Record that later measurements are relative to the rest position averaged so far."""
        self._offset = self._mean
