"""Checks the fields of an image message before allocating or reading pixels, and converts pixels to BGR.

Some drivers send images with a wrong step, missing bytes or an unknown encoding. A view of such a buffer
would read pixels of another row or past the end. This module does not depend on ROS: it takes the fields of
``sensor_msgs/Image`` and returns an array, or raises ``BadFrame`` with the reason under which the frame is
counted. ``media.still_images`` decodes compressed images.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.errors import BadFrame
from mer_ros.limits import MAX_PIXELS
from mer_ros.types import Buffer

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
    "nv12": 1,
    "nv21": 1,
    "i420": 1,
}
"""Supported encoding to bytes per pixel; of the encodings in ``PLANAR``, those of the luma plane."""

PLANAR = {
    "nv12": cv2.COLOR_YUV2BGR_NV12,
    "nv21": cv2.COLOR_YUV2BGR_NV21,
    "i420": cv2.COLOR_YUV2BGR_I420,
}
"""Encodings of YUV 4:2:0 to their conversion: a plane of luma, then chroma of half the width and height.

The chroma is one plane of pairs for nv12 (U first) and nv21 (V first), and two planes, U and V, for i420.
"""

CV_BRIDGE_ENCODINGS = ("bgra8", "rgba8", "bayer_rggb8", "bayer_bggr8", "bayer_gbrg8")
"""Encodings that cv_bridge converts: every build of it handles them correctly if rows have no padding.

This module converts the others: the cv_bridge build without compiled code lacks mono16, 8UC1, yuv and
bayer_grbg8, and for bgr8, rgb8 and mono8 a direct conversion saves a copy.
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
    "bayer_rggb16": cv2.COLOR_BayerBG2BGR,  # OpenCV's name is that of the second row
    "bayer_bggr16": cv2.COLOR_BayerRG2BGR,
    "bayer_gbrg16": cv2.COLOR_BayerGR2BGR,
    "bayer_grbg16": cv2.COLOR_BayerGB2BGR,
    "bayer_grbg8": cv2.COLOR_BayerGB2BGR,
}

UNSUPPORTED_ENCODINGS = {
    "16UC1": "it usually holds depth",
    "32FC1": "it has no fixed scale and may hold NaN",
    "8UC3": "its colour order is not specified: set the parameter order_8uc3 to bgr or rgb",
}
"""Known encoding to the reason why its conversion to BGR is not defined."""

UNSUPPORTED_FORMATS = {
    "compressedDepth": "it holds depth, not an image of a face: subscribe to the topic of the colour camera",
    "h264": "its messages are parts of a video: republish the topic as raw or compressed",
    "h265": "its messages are parts of a video: republish the topic as raw or compressed",
    "hevc": "its messages are parts of a video: republish the topic as raw or compressed",
    "av1": "its messages are parts of a video: republish the topic as raw or compressed",
    "vp9": "its messages are parts of a video: republish the topic as raw or compressed",
    "theora": "its messages are parts of a video: republish the topic as raw or compressed",
}
"""Word in the format of a compressed image to the reason why it cannot be decoded, with the remedy."""

REASONS: tuple[str, ...] = (
    "encoding",
    "size",
    "too_large",
    "step",
    "short_data",
    "compressed",
)
"""All reasons for which an image is dropped because of its fields or its compressed data."""


@dataclass(frozen=True)
class ImageLayout:
    """Layout of an image in its buffer.

    height, width: pixels. step, pixel_bytes: bytes from one row and from one pixel to the next, of the luma
    plane for the encodings in ``PLANAR``. excess: bytes after the last row, which are ignored.
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

    Example: a row of 640 pixels in bgr8 has 1920 bytes.

    >>> check_image(480, 640, "bgr8", 1920, 921600)
    ImageLayout(height=480, width=640, encoding='bgr8', step=1920, pixel_bytes=3, excess=0)
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
            f"the image has {width}x{height} pixels, more than max_pixels = {max_pixels}: "
            "correct the driver or raise the parameter.",
        )
    pixel_bytes = PIXEL_BYTES[encoding]
    if encoding in PLANAR:
        return _planar_layout(height, width, encoding, step, n_bytes)
    row = width * pixel_bytes
    if step < row:
        raise BadFrame(
            "step",
            f"step is {step}, but {width} pixels in {encoding} need {row} bytes: correct the driver.",
        )
    needed = step * (height - 1) + row  # the padding of the last row may be missing
    if n_bytes < needed:
        raise BadFrame(
            "short_data",
            f"the data has {n_bytes} bytes, but {height} rows of step {step} need {needed}: "
            "correct the driver.",
        )
    return ImageLayout(height, width, encoding, step, pixel_bytes, max(0, n_bytes - step * height))


def _planar_layout(height: int, width: int, encoding: str, step: int, n_bytes: int) -> ImageLayout:
    """The layout of an image of YUV 4:2:0. Some drivers count the chroma in step: 1.5 x width."""
    if height % 2 or width % 2:
        raise BadFrame(
            "size",
            f"{encoding} stores pixels in blocks of 2 x 2, but the image is {width}x{height}: send images of "
            "even width and height.",
        )
    stride = width if step == width * 3 // 2 and n_bytes < step * height * 3 // 2 else step
    if stride < width:
        raise BadFrame(
            "step",
            f"step is {step}, but {width} pixels in {encoding} need {width} bytes: correct the driver.",
        )
    if encoding == "i420" and stride % 2:
        raise BadFrame(
            "step", f"step is {step}, but rows of chroma in i420 are half as long: send an even step."
        )
    needed = stride * height * 3 // 2
    if n_bytes < needed:
        raise BadFrame(
            "short_data",
            f"the data has {n_bytes} bytes, but {height} rows of step {stride} in {encoding} need {needed}: "
            "correct the driver.",
        )
    return ImageLayout(height, width, encoding, stride, 1, n_bytes - needed)


def _planar_to_bgr(layout: ImageLayout, data: Buffer) -> NDArray[np.uint8]:
    """(H, W, 3) uint8 BGR of an image of YUV 4:2:0; its rows may be padded."""
    height, width, stride = layout.height, layout.width, layout.step
    buffer = np.frombuffer(data, np.uint8, stride * height * 3 // 2)
    luma, chroma = buffer[: stride * height].reshape(height, stride), buffer[stride * height :]
    if layout.encoding == "i420":  # rows of half the stride
        rows = chroma.reshape(height, stride // 2)[:, : width // 2]
    else:
        rows = chroma.reshape(height // 2, stride)[:, :width]
    yuv = np.concatenate((luma[:, :width].ravel(), rows.ravel())).reshape(height * 3 // 2, width)
    return np.asarray(cv2.cvtColor(yuv, PLANAR[layout.encoding]), np.uint8)


def check_format(format: str) -> None:
    """Raise BadFrame ``encoding`` for the format of a CompressedImage that is not a single colour image.

    format: as sent, for example "bgr8; jpeg compressed bgr8" or "16UC1; compressedDepth png".
    """
    words = {word.lower() for word in re.split(r"[^A-Za-z0-9]+", format)}
    for name, reason in UNSUPPORTED_FORMATS.items():
        if name.lower() in words:
            raise BadFrame("encoding", f"compressed images of format '{format}' cannot be used ({reason}).")


def pixel_view(layout: ImageLayout, data: Buffer) -> NDArray[np.uint8]:
    """View of the bytes of an image: (H, W, bytes per pixel) uint8, read-only.

    data: any buffer of bytes. The padding of a row may have any number of bytes.
    """
    return np.lib.stride_tricks.as_strided(
        np.frombuffer(data, np.uint8),
        (layout.height, layout.width, layout.pixel_bytes),
        (layout.step, layout.pixel_bytes, 1),
        writeable=False,
    )


def to_bgr(layout: ImageLayout, data: Buffer, big_endian: bool = False) -> NDArray[np.uint8]:
    """(H, W, 3) uint8 BGR from any encoding outside ``CV_BRIDGE_ENCODINGS``.

    The result is a read-only view of ``data`` for bgr8 without padding. big_endian: byte order of 16-bit
    pixels, of which the upper 8 bits are kept. BadFrame ``size`` if a YUV image has an odd width.

    Example: one row of two red pixels.

    >>> layout = check_image(height=1, width=2, encoding="rgb8", step=6, n_bytes=6)
    >>> to_bgr(layout, bytes([255, 0, 0, 255, 0, 0])).tolist()
    [[[0, 0, 255], [0, 0, 255]]]
    """
    if layout.encoding in PLANAR:
        return _planar_to_bgr(layout, data)
    pixels = np.ascontiguousarray(pixel_view(layout, data))
    if layout.encoding.endswith("16"):
        pixels = np.ascontiguousarray(pixels[..., :1] if big_endian else pixels[..., 1:])
    code = _TO_BGR[layout.encoding]
    try:
        return pixels if code is None else cv2.cvtColor(pixels, code)
    except cv2.error:
        raise BadFrame(
            "size",
            f"{layout.encoding} stores pixels in pairs, but the image is {layout.width}x{layout.height}: "
            "send images of even width.",
        ) from None


def message_to_bgr(message: Any) -> NDArray[np.uint8]:
    """(H, W, 3) uint8 BGR of a sensor_msgs/Image of any kind, of which only fields are read.

    BadFrame if they are invalid, or if the encoding is one of ``CV_BRIDGE_ENCODINGS``.
    """
    layout = check_image(message.height, message.width, message.encoding, message.step, len(message.data))
    if layout.encoding in CV_BRIDGE_ENCODINGS:
        raise BadFrame(
            "encoding",
            f"images in {layout.encoding} cannot be read without cv_bridge: convert them to bgr8.",
        )
    return to_bgr(layout, message.data, bool(message.is_bigendian))
