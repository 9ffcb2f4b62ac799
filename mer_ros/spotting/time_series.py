"""The last seconds of a signal, with means over any span in constant time (cumulative sums).

Example: four samples of C = 2 channels, one every 0.1 s.

>>> signal = TimeSeriesBuffer(channels=2, keep_s=10.0)
>>> for i in range(4):
...     signal.append(0.1 * i, np.float32([i, -i]))
>>> signal.values.shape, signal.index_at(0.15)  # (N, C), first sample at 0.15 s or later
((4, 2), 2)
>>> signal.mean(1, 4).tolist()  # (C,), of the samples 1, 2 and 3
[2.0, -2.0]
>>> signal.smoothed(0, 4, width_s=0.22)[:, 0].tolist()  # moving average over +-0.11 s
[0.5, 1.0, 2.0, 2.5]
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_CAPACITY = 4096  # frames: 20 s at 200 fps


class TimeSeriesBuffer:
    """Times (N,) in s and values (N, C), oldest first; samples older than ``keep_s`` may be dropped."""

    def __init__(self, channels: int, keep_s: float) -> None:
        self._keep_s = keep_s
        self._times = np.empty(_CAPACITY)
        self._values = np.empty((_CAPACITY, channels), np.float32)
        self._sums = np.zeros((_CAPACITY + 1, channels))
        self._n = 0

    def __len__(self) -> int:
        return self._n

    @property
    def times(self) -> NDArray[np.float64]:
        """(N,) float64, s."""
        return self._times[: self._n]

    @property
    def values(self) -> NDArray[np.float32]:
        """(N, C) float32."""
        return self._values[: self._n]

    def append(self, time_s: float, value: NDArray[np.float32]) -> None:
        """Add the next (C,) value; times must increase."""
        if self._n == _CAPACITY:
            self._drop(max(self.index_at(time_s - self._keep_s), _CAPACITY // 4))
        self._times[self._n] = time_s
        self._values[self._n] = value
        self._sums[self._n + 1] = self._sums[self._n] + value
        self._n += 1

    def overwrite(self, first: int, channels: NDArray[np.bool_], values: NDArray[np.float32]) -> None:
        """Set some of the (C,) channels from the sample ``first`` on. values: (C,), or (N - first, C)."""
        self._values[first : self._n, channels] = values[..., channels]
        sums = self._sums[first] + np.cumsum(self._values[first : self._n], axis=0, dtype=np.float64)
        self._sums[first + 1 : self._n + 1] = sums

    def index_at(self, time_s: float) -> int:
        """Index of the first value at this time or later; N if there is none."""
        return int(np.searchsorted(self.times, time_s))

    def indices_at(self, times_s: NDArray[np.float64]) -> NDArray[np.intp]:
        """``index_at`` for each of (M,) times."""
        return np.searchsorted(self.times, times_s)

    def mean(self, first: int, end: int) -> NDArray[np.float32]:
        """(C,) mean of the values ``first`` to ``end - 1``; the span must not be empty."""
        return ((self._sums[end] - self._sums[first]) / (end - first)).astype(np.float32)

    def means(
        self, firsts: NDArray[np.intp], ends: NDArray[np.intp]
    ) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
        """(M,) mean times and (M, C) mean values of M spans; no span may include the last value."""
        counts = ends - firsts
        times = np.add.reduceat(self.times, np.stack([firsts, ends], axis=1).ravel())[::2] / counts
        return times, ((self._sums[ends] - self._sums[firsts]) / counts[:, None]).astype(np.float32)

    def smoothed(self, first: int, end: int, width_s: float) -> NDArray[np.float32]:
        """(end - first, C) moving average over ``width_s``, centred on the time of each value."""
        times = self._times[first:end]
        low = np.searchsorted(self.times, times - width_s / 2, "left")
        high = np.searchsorted(self.times, times + width_s / 2, "right")
        return ((self._sums[high] - self._sums[low]) / (high - low)[:, None]).astype(np.float32)

    def _drop(self, n: int) -> None:
        """Drop the oldest ``n`` samples."""
        left = self._n - n
        self._times[:left] = self._times[n : self._n]
        self._values[:left] = self._values[n : self._n]
        self._sums[1 : left + 1] = np.cumsum(self._values[:left], axis=0, dtype=np.float64)
        self._n = left
