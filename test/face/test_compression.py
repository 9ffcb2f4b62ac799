"""Signs of compression, on moving texture that real encoders have compressed."""

from __future__ import annotations

import io
from collections.abc import Iterator
from fractions import Fraction

import av
import cv2
import numpy as np
import pytest
from av.video.stream import VideoStream

from mer_ros.face.compression import CompressionMeter, blockiness, frozen_share

ROI = (60, 40, 200, 200)
FPS = 60


def images(n: int = 60, noise: float = 1.0, px_per_frame: float = 0.1) -> list[np.ndarray]:
    """n images (H, W, 3) of smooth texture that drifts, with sensor noise."""
    rng = np.random.default_rng(0)
    texture = cv2.GaussianBlur(rng.normal(size=(280, 360)).astype(np.float32), (0, 0), 2.5)
    texture = 128 + 25 * texture / texture.std()
    found = []
    for i in range(n):
        shift = np.array([[1, 0, px_per_frame * i], [0, 1, 0]], np.float32)
        moved = cv2.warpAffine(texture, shift, (320, 240), flags=cv2.INTER_CUBIC)
        seen = moved + rng.normal(scale=noise, size=moved.shape)
        found.append(np.dstack([np.clip(seen, 0, 255).round().astype(np.uint8)] * 3))
    return found


def through_h264(pictures: list[np.ndarray], crf: int) -> Iterator[np.ndarray]:
    """The pictures after H.264, as x264 compresses them by default."""
    file = io.BytesIO()
    with av.open(file, "w", format="matroska") as out:
        stream = out.add_stream("libx264", rate=FPS, options={"preset": "medium", "crf": str(crf)})
        assert isinstance(stream, VideoStream)
        (stream.height, stream.width), stream.pix_fmt = pictures[0].shape[:2], "yuv420p"
        for i, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
            frame.pts, frame.time_base = i, Fraction(1, FPS)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    file.seek(0)
    with av.open(file) as read:
        for frame in read.decode(video=0):
            yield frame.to_ndarray(format="bgr24")


def through_jpeg(picture: np.ndarray, quality: int) -> np.ndarray:
    packed = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)


def measured(pictures, fps: float = FPS, roi=ROI, start_ns: int = 1_000_000_000) -> CompressionMeter:
    meter = CompressionMeter()
    for i, picture in enumerate(pictures):
        meter.update(start_ns + round(1e9 * i / fps), picture, roi)
    return meter


@pytest.mark.parametrize("fps", [25.0, 60.0, 200.0])
def test_an_uncompressed_moving_picture_with_noise_shows_no_compression(fps):
    meter = measured(images(px_per_frame=6 / fps), fps)
    assert meter.frozen < 0.01 and 0.9 < meter.blockiness < 1.1 and meter.words == ""


def test_fault_91_h264_at_crf_34_is_named():
    meter = measured(through_h264(images(), 34))
    assert 0.2 < meter.frozen < 1.0
    assert meter.words == (
        f"compression: {meter.frozen:.0%} of the face is frozen from frame to frame, "
        "send a higher bit rate to show smaller movements"
    )


def test_fault_91_jpeg_of_quality_30_is_named_and_of_quality_90_is_not():
    pictures = images(30)
    meter = measured(through_jpeg(picture, 30) for picture in pictures)
    assert meter.blockiness > 1.3
    assert "at the edges of blocks of 8 px, raise the quality of JPEG or the bit rate" in meter.words
    assert measured(through_jpeg(picture, 90) for picture in pictures).words == ""


def test_frozen_parts_are_seen_after_a_change_of_size_but_edges_of_blocks_are_not():
    def smaller(picture: np.ndarray) -> np.ndarray:
        return cv2.resize(picture, (288, 216), interpolation=cv2.INTER_AREA)

    roi = tuple(round(0.9 * value) for value in ROI)
    assert measured(map(smaller, through_h264(images(), 34)), roi=roi).frozen > 0.2
    assert measured((smaller(through_jpeg(p, 30)) for p in images(30)), roi=roi).blockiness < 1.3


@pytest.mark.parametrize("n", [3, 8, 20])
def test_a_recording_that_begins_at_zero_is_measured_like_a_camera(n):
    pictures = list(through_h264(images(), 30))[:n]
    recorded, live = (measured(pictures, start_ns=start_ns) for start_ns in (0, 1_700_000_000_000_000_000))
    assert recorded.frozen == live.frozen and recorded.blockiness == live.blockiness


def test_a_scene_that_stands_still_shows_no_compression():
    assert measured(images(1) * 60).words == ""


@pytest.mark.parametrize("roi", [(0, 0, 30, 30), (250, 200, 70, 40), (-20, -30, 90, 100), (0, 0, 320, 240)])
def test_a_small_face_or_one_at_the_edge_is_no_error(roi):
    meter = measured(images(20), roi=roi)
    assert meter.words == "" and np.isfinite([meter.frozen, meter.blockiness]).all()


def test_a_box_that_follows_the_face_does_not_hide_what_is_frozen():
    meter = CompressionMeter()
    for i, picture in enumerate(through_h264(images(), 34)):
        meter.update(1_000_000_000 + i * 16_666_667, picture, (60 + i // 4, 40 + i % 3, 200, 200))
    assert meter.frozen > 0.2


def test_cells_without_structure_are_not_counted():
    flat = np.full((16, 16), 255, np.uint8)
    assert frozen_share(flat, flat) == 1.0
    some = flat.copy()
    some[:4, :4] = np.arange(16).reshape(4, 4)
    assert frozen_share(some, some) == 1.0
    moved = some.copy()
    moved[1, 1] += 1
    assert frozen_share(some, moved) == 0.0


def test_steps_every_eight_pixels_in_one_direction_only_are_no_blocks():
    columns = np.tile(np.repeat(np.arange(8, dtype=np.uint8) * 20, 8), (64, 1))
    noisy = cv2.add(columns, np.random.default_rng(0).integers(0, 4, columns.shape, np.uint8))
    assert blockiness(noisy) < 1.3
    assert blockiness(np.maximum(noisy, noisy.T)) > 1.3
    assert blockiness(np.zeros((64, 64), np.uint8)) == 1.0
