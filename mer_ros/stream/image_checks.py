"""Checks the fields of an image message before anything is allocated or read, and converts its pixels to BGR.

Drivers send images with wrong steps, missing bytes and unknown encodings; a view of such a buffer reads the
pixels of another row or past the end. This module is free of ROS: it takes the fields of
``sensor_msgs/Image`` and returns an array or raises ``BadFrame`` with the reason by which the frame is
counted. ``media.still_images`` decodes compressed images.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.errors import BadFrame
from mer_ros.limits import MAX_PIXELS

PIXEL_BYTES: dict[str, int] = {
    "bgr8": 3,
    "rgb8": 3,
    "mono8": 1,
    "8UC1": 1,
    "bgra8": 4,
    "rgba8": 4,
    "mono16": 2,
    "yuv422": 2,
    "yuv422_yuy2": 2,
    "uyvy": 2,
    "yuyv": 2,
    "bayer_rggb8": 1,
    "bayer_bggr8": 1,
    "bayer_gbrg8": 1,
    "bayer_grbg8": 1,
    "bayer_rggb16": 2,
    "bayer_bggr16": 2,
    "bayer_gbrg16": 2,
    "bayer_grbg16": 2,
}
"""Supported encoding to bytes per pixel."""

CV_BRIDGE_ENCODINGS = ("bgra8", "rgba8", "bayer_rggb8", "bayer_bggr8", "bayer_gbrg8")
"""Encodings left to cv_bridge: every build of it converts them correctly where rows have no padding.

The others are converted here: the build without compiled code lacks mono16, 8UC1, yuv and bayer_grbg8, and
for bgr8, rgb8 and mono8 of a fast camera this saves a copy.
"""

_TO_BGR: dict[str, int | None] = {
    "bgr8": None,
    "rgb8": cv2.COLOR_RGB2BGR,
    "mono8": cv2.COLOR_GRAY2BGR,
    "8UC1": cv2.COLOR_GRAY2BGR,
    "mono16": cv2.COLOR_GRAY2BGR,
    "yuv422": cv2.COLOR_YUV2BGR_UYVY,
    "uyvy": cv2.COLOR_YUV2BGR_UYVY,
    "yuv422_yuy2": cv2.COLOR_YUV2BGR_YUY2,
    "yuyv": cv2.COLOR_YUV2BGR_YUY2,
    "bayer_rggb16": cv2.COLOR_BayerBG2BGR,  # OpenCV names the second row's pair
    "bayer_bggr16": cv2.COLOR_BayerRG2BGR,
    "bayer_gbrg16": cv2.COLOR_BayerGR2BGR,
    "bayer_grbg16": cv2.COLOR_BayerGB2BGR,
    "bayer_grbg8": cv2.COLOR_BayerGB2BGR,
}

UNSUPPORTED_ENCODINGS = {
    "16UC1": "it is usually depth",
    "32FC1": "it has no fixed scale and may hold NaN",
    "8UC3": "its colour order is not specified",
}
"""Known encoding to the reason why its pixels cannot be converted to BGR without a guess."""

REASONS: tuple[str, ...] = (
    "encoding",
    "size",
    "too_large",
    "step",
    "short_data",
    "compressed",
)
"""Every reason for which an image is dropped by its fields or its compressed data."""


@dataclass(frozen=True)
class ImageLayout:
    """Position of an image in its buffer.

    height, width: pixels. step, pixel_bytes: bytes from one row and from one pixel to the next. excess: bytes
    after the last row, which are ignored.
    """

    height: int
    width: int
    encoding: str
    step: int
    pixel_bytes: int
    excess: int


def check_image(
    height: int, width: int, encoding: str, step: int, n_bytes: int, max_pixels: int = MAX_PIXELS
) -> ImageLayout:
    """The layout of an image message from its fields; BadFrame with one of ``REASONS`` if they are invalid.

    step: bytes from one row to the next, as sent. n_bytes: length of the data.

    Example: ``check_image(480, 640, "bgr8", 1920, 921600)`` gives ImageLayout(480, 640, "bgr8", 1920, 3, 0).
    """
    if encoding in UNSUPPORTED_ENCODINGS:
        raise BadFrame(
            "encoding",
            f"encoding '{encoding}' cannot be converted to BGR ({UNSUPPORTED_ENCODINGS[encoding]}): "
            f"send one of {', '.join(PIXEL_BYTES)}.",
        )
    if encoding not in PIXEL_BYTES:
        raise BadFrame(
            "encoding", f"encoding '{encoding}' is not supported: send one of {', '.join(PIXEL_BYTES)}."
        )
    if height < 1 or width < 1:
        raise BadFrame("size", f"the image is {width}x{height}: width and height must be at least 1.")
    if height * width > max_pixels:
        raise BadFrame(
            "too_large",
            f"the image claims {width}x{height}, more than max_pixels = {max_pixels}: "
            "correct the driver or raise the parameter.",
        )
    pixel_bytes = PIXEL_BYTES[encoding]
    row = width * pixel_bytes
    if step < row:
        raise BadFrame(
            "step",
            f"step is {step}, but {width} {encoding} pixels have {row} bytes: correct the driver.",
        )
    needed = step * (height - 1) + row  # the last row's padding carries nothing
    if n_bytes < needed:
        raise BadFrame(
            "short_data",
            f"the data has {n_bytes} bytes, but {height} rows of step {step} need {needed}: correct it.",
        )
    return ImageLayout(height, width, encoding, step, pixel_bytes, max(0, n_bytes - step * height))


def pixel_view(layout: ImageLayout, data: Any) -> NDArray[np.uint8]:
    """View of the bytes of an image: (H, W, bytes per pixel) uint8, read-only.

    data: any buffer of bytes. The padding of a row need not be a multiple of a pixel.
    """
    return np.lib.stride_tricks.as_strided(
        np.frombuffer(data, np.uint8),
        (layout.height, layout.width, layout.pixel_bytes),
        (layout.step, layout.pixel_bytes, 1),
        writeable=False,
    )


def to_bgr(layout: ImageLayout, data: Any, big_endian: bool = False) -> NDArray[np.uint8]:
    """(H, W, 3) uint8 BGR of any encoding outside ``CV_BRIDGE_ENCODINGS``; a read-only view for unpadded
    bgr8.

    big_endian: byte order of 16-bit pixels, of which the upper 8 bits are kept. BadFrame ``size`` where a YUV
    image has an odd width.
    """
    pixels = np.ascontiguousarray(pixel_view(layout, data))
    if layout.encoding.endswith("16"):
        pixels = np.ascontiguousarray(pixels[..., :1] if big_endian else pixels[..., 1:])
    code = _TO_BGR[layout.encoding]
    try:
        return pixels if code is None else cv2.cvtColor(pixels, code)
    except cv2.error:
        raise BadFrame(
            "size",
            f"a {layout.width}x{layout.height} image cannot be {layout.encoding}: pixels come in pairs; "
            "send an even width.",
        ) from None
