"""Frames as encoders with little bandwidth deliver them: H.264 and JPEG, in memory."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction

import av
import cv2
import numpy as np
from av.video.stream import VideoStream
from numpy.typing import NDArray

from mer_ros.types import Frame

KEY_FRAME_INTERVAL = 250
"""Frames from one key frame to the next, at most: the default of x264."""

_TICKS_HZ = 1_000_000


def through_h264(
    frames: Iterable[Frame], fps: float, crf: int, key_frame_interval: int = KEY_FRAME_INTERVAL
) -> Iterator[Frame]:
    """The frames after H.264 (x264, preset medium), with their stamps to a microsecond.

    crf: constant rate factor, 23 by default, more is worse. All frames are encoded before one is decoded.
    Width and height must be even. The same frames give the same bytes: with the conversion of colours of
    FFmpeg, or with instructions of x264 newer than SSE2 (8 of 30 runs on a processor with AVX-512), they did
    not always. So OpenCV converts the colours, and x264 may use SSE2 only.
    """
    file, first_ns = io.BytesIO(), None
    options = {"preset": "medium", "crf": str(crf), "threads": "1", "x264-params": "asm=sse2"}
    with av.open(file, "w", format="matroska") as out:
        stream = out.add_stream("libx264", rate=Fraction(fps).limit_denominator(1000), options=options)
        assert isinstance(stream, VideoStream)
        stream.pix_fmt, stream.gop_size = "yuv420p", key_frame_interval
        stream.codec_context.time_base = Fraction(1, _TICKS_HZ)
        for frame in frames:
            if first_ns is None:
                first_ns = frame.stamp_ns
                stream.height, stream.width = frame.image.shape[:2]
            picture = av.VideoFrame.from_ndarray(_planes(np.asarray(frame.image)), format="yuv420p")
            picture.pts = round((frame.stamp_ns - first_ns) * _TICKS_HZ / 1e9)
            picture.time_base = Fraction(1, _TICKS_HZ)
            out.mux(stream.encode(picture))
        out.mux(stream.encode(None))
    file.seek(0)
    with av.open(file) as read:
        for decoded in read.decode(video=0):
            image = cv2.cvtColor(decoded.to_ndarray(format="yuv420p"), cv2.COLOR_YUV2BGR_I420)
            yield Frame(image, (first_ns or 0) + round(decoded.time * 1e9))


def _planes(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(3 H / 2, W) uint8 planes of yuv420p, of whose colours each is the mean of four pixels."""
    height, width = image.shape[:2]
    means = cv2.resize(image, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    flat = cv2.resize(means, (width, height), interpolation=cv2.INTER_NEAREST)
    fine, coarse = (cv2.cvtColor(one, cv2.COLOR_BGR2YUV_I420) for one in (image, flat))
    return np.concatenate([fine[:height], coarse[height:]])


def through_jpeg(frames: Iterable[Frame], quality: int) -> Iterator[Frame]:
    """The frames after JPEG. quality: 1 to 100."""
    for frame in frames:
        packed = cv2.imencode(".jpg", frame.image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
        yield replace(frame, image=np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8))
