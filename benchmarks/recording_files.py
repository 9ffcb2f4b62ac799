"""Small video files of every kind that cameras, phones and browsers write, and typical damage to them.

Every image carries its number, so that a reader of the file can be compared with what was written.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from av.video.stream import VideoStream
from numpy.typing import NDArray

SIZE_WH = (64, 48)
BITS = 6  # of the number of an image, one bar of 10 pixels each
MATRICES = {
    90: (0, 1, -1, 0),
    180: (-1, 0, 0, -1),
    270: (0, -1, 1, 0),
}
"""Clockwise turn, degrees, to the matrix (a, b, c, d) of a track header that requests it."""


def image_of(i: int) -> NDArray[np.uint8]:
    """(48, 64, 3) uint8 BGR: an upper half whose bars are the bits of 0..63, and a lower half that moves."""
    width, height = SIZE_WH
    texture = np.random.default_rng(1).integers(0, 256, (height, width, 3), np.uint8)
    image = np.roll(cv2.GaussianBlur(texture, (0, 0), 2), i, axis=1)
    for bit in range(BITS):
        image[: height // 2, 10 * bit : 10 * bit + 10] = 215 if i >> bit & 1 else 40
    return np.asarray(image, np.uint8)


def number_of(image: NDArray[np.uint8]) -> int:
    """The number that an image carries."""
    bars = image[4 : SIZE_WH[1] // 2 - 4]
    return sum((bars[:, 10 * bit + 2 : 10 * bit + 8].mean() > 127) << bit for bit in range(BITS))


def write_video(
    path: Path,
    codec: str,
    times: Sequence[int],
    time_base: Fraction = Fraction(1, 30),
    rate: int = 30,
    pixels: str = "yuv420p",
    container: str | None = None,
    options: Mapping[str, str] | None = None,
    index_first: bool = False,
) -> Path:
    """Write one image per time, in units of ``time_base``.

    rate: frame rate that the encoder is told. container: name of the format, None: by the file name. options:
    of the encoder. index_first: whether the index of an MP4 file is at its beginning.
    """
    layout = {"movflags": "faststart"} if index_first else {}
    with av.open(str(path), "w", format=container, options=layout) as file:
        stream = file.add_stream(codec, rate=rate, options=dict(options or {}))
        assert isinstance(stream, VideoStream)
        (stream.width, stream.height), stream.pix_fmt = SIZE_WH, pixels
        stream.codec_context.time_base = time_base
        for i, time in enumerate(times):
            frame = av.VideoFrame.from_ndarray(image_of(i), format="bgr24")
            frame.pts, frame.time_base = time, time_base
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return path


def write_pictures(folder: Path, n: int, name: str = "img{:03d}.png") -> Path:
    """Write ``n`` pictures as files of a folder. name: with a place for the number."""
    folder.mkdir(parents=True, exist_ok=True)
    for i in range(n):
        (folder / name.format(i)).write_bytes(cv2.imencode(Path(name).suffix, image_of(i))[1].tobytes())
    return folder


def set_matrix(path: Path, matrix: tuple[int, int, int, int]) -> Path:
    """Set the matrix (a, b, c, d) in the track header of an MP4 file."""
    data = bytearray(path.read_bytes())
    at = data.index(b"tkhd") + 4 + 40  # version and flags, times, track id, duration, layer, group, volume
    a, b, c, d = (value << 16 for value in matrix)
    data[at : at + 36] = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)
    path.write_bytes(data)
    return path


def damage(path: Path, first: float, last: float, hits: int = 12, length: int = 40) -> Path:
    """Overwrite ``hits`` pieces of ``length`` bytes between two shares of a file."""
    data, random = bytearray(path.read_bytes()), np.random.default_rng(2)
    for at in random.integers(int(first * len(data)), int(last * len(data)) - length, hits):
        data[at : at + length] = random.bytes(length)
    path.write_bytes(data)
    return path


def declare_frames(path: Path, n: int) -> Path:
    """Write a wrong number of frames into the header of an AVI file."""
    data = bytearray(path.read_bytes())
    at = data.index(b"strh") + 8 + 32
    data[at : at + 4] = struct.pack("<I", n)
    path.write_bytes(data)
    return path
