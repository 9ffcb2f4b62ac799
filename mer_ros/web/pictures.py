"""Pictures for the live page: compressed on demand, once for all browsers, as one binary message."""

from __future__ import annotations

import json
import struct
import threading
from collections.abc import Mapping
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

MOST_WIDTH_PX = 1280
"""Wider pictures are reduced: the page shows none wider."""
JPEG_QUALITY = 80


class LivePicture:
    """A picture with its header.

    image: (H, W, 3) uint8 BGR, which is not changed afterwards. header: what the page needs to place it, of
    types that JSON has. stamp_ns: of the camera frame, ns.
    """

    def __init__(self, image: NDArray[np.uint8], header: Mapping[str, Any], stamp_ns: int = 0) -> None:
        self.header, self.stamp_ns = dict(header), stamp_ns
        self._image: NDArray[np.uint8] | None = image
        self._jpeg = b""
        self._lock = threading.Lock()

    @property
    def jpeg(self) -> bytes:
        """The picture as JPEG; compressed on first use, after which the pixels are released."""
        with self._lock:
            if self._image is not None:
                image, self._image = self._image, None
                self._jpeg = _compress(image)
        return self._jpeg

    def message(self, **more: Any) -> bytes:
        """The binary message: length of the header (4 bytes, big-endian), header as JSON, JPEG.

        more: further entries of the header.
        """
        header = json.dumps({**self.header, **more}, allow_nan=False).encode()
        return struct.pack(">I", len(header)) + header + self.jpeg


def _compress(image: NDArray[np.uint8]) -> bytes:
    height, width = image.shape[:2]
    if width > MOST_WIDTH_PX:
        size_wh = (MOST_WIDTH_PX, max(round(height * MOST_WIDTH_PX / width), 1))
        image = cv2.resize(image, size_wh, interpolation=cv2.INTER_AREA)
    _, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    return bytes(data.tobytes())
