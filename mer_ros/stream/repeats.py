"""Finds images that are sent again under a new stamp, as cameras in low light and virtual cameras do."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mer_ros.types import Buffer

_SAMPLES = 256  # bytes that are compared first


class RepeatFilter:
    """Tells whether an image is that of the frame before it.

    A repeat carries no new measurement: with it, the frame rate would be too high and every second movement
    zero. After ``max_s`` without a new image the picture stands still, and repeats count as new until it
    changes.

    Example:
    >>> repeats = RepeatFilter(max_s=0.15)
    >>> [repeats.is_repeat(image, 33_000_000 * i) for i, image in enumerate((b"a", b"a", b"b"))]
    [False, True, False]
    """

    def __init__(self, max_s: float) -> None:
        self._max_s = max_s
        self._last: NDArray[np.uint8] | None = None
        self._last_fields: tuple[object, ...] = ()
        self._new_ns = 0  # stamp of the first image that looks like the last one

    def is_repeat(
        self, data: Buffer | NDArray[np.uint8], stamp_ns: int, fields: tuple[object, ...] = ()
    ) -> bool:
        """Check the next image.

        data: its bytes, as sent; they are kept until the next call. fields: what else must be equal, such as
        its encoding.
        """
        if isinstance(data, np.ndarray):
            image, fields = np.ascontiguousarray(data).reshape(-1), (data.shape, *fields)
        else:
            image = np.frombuffer(data, np.uint8)
        last, self._last = self._last, image
        same = last is not None and fields == self._last_fields and _equal(last, image)
        self._last_fields = fields
        if not same or stamp_ns < self._new_ns:
            self._new_ns = stamp_ns
            return False
        return stamp_ns - self._new_ns < self._max_s * 1e9


def _equal(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> bool:
    """Whether two images are equal; a sample of bytes settles it for most pairs."""
    if a.size != b.size or not a.size:
        return False
    step = max(1, a.size // _SAMPLES)
    return bool((a[::step] == b[::step]).all()) and bool(np.array_equal(a, b))
