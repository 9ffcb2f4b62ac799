from __future__ import annotations

import struct

import av
import cv2
import numpy as np
import pytest

from mer_ros.data.frames.decoding import MOST_FRAMES, DecodedFrames, kept_frames
from mer_ros.data.frames.folders import ClipFrames
from mer_ros.errors import DataError
from mer_ros.media.pictures import PictureReader


def picture(level, size=(32, 48), channels=3):
    return np.full((*size, channels) if channels > 1 else size, level, np.uint8)


def clip_of(folder, pictures, apex=1, suffix=".png"):
    paths = []
    for i, image in enumerate(pictures):
        paths.append(folder / f"{i}{suffix}")
        cv2.imwrite(str(paths[-1]), image)
    return ClipFrames(tuple(paths), range(5, 5 + len(paths)), apex)


def test_pictures_are_decoded_in_order_and_grey_ones_get_three_channels(tmp_path):
    deep = np.full((32, 48), 40 * 257, np.uint16)
    frames = DecodedFrames(clip_of(tmp_path, [picture(10), picture(20, channels=1), deep]))
    assert (len(frames), frames.apex) == (3, 1)
    assert [frame.shape for frame in frames] == [(32, 48, 3)] * 3
    assert [int(frame[0, 0, 0]) for frame in frames] == [10, 20, 40]


@pytest.mark.parametrize("content", [b"", b"no picture", b"\xff\xd8\xff"])
def test_a_picture_that_cannot_be_decoded_is_named(tmp_path, content):
    clip = clip_of(tmp_path, [picture(1), picture(2)])
    clip.paths[1].write_bytes(content)
    with pytest.raises(DataError, match="'1.png' is no picture that can be decoded"):
        list(DecodedFrames(clip))


def test_pictures_of_different_sizes_are_refused(tmp_path):
    with pytest.raises(DataError, match="different sizes, 48x32 and 50x32"):
        list(DecodedFrames(clip_of(tmp_path, [picture(1), picture(2, (32, 50))])))


def test_a_removed_picture_is_named(tmp_path):
    clip = clip_of(tmp_path, [picture(1), picture(2)])
    clip.paths[0].unlink()
    with pytest.raises(DataError, match="'0.png' cannot be read"):
        DecodedFrames(clip)[0]


def test_long_clips_are_read_at_even_intervals_with_the_apex():
    assert kept_frames(5, 2) == [0, 1, 2, 3, 4]
    kept = kept_frames(1000, 333)
    assert len(kept) in (MOST_FRAMES, MOST_FRAMES + 1) and 333 in kept
    assert (kept[0], kept[-1]) == (0, 999) and max(np.diff(kept)) <= 12


@pytest.fixture(scope="module")
def video(tmp_path_factory):
    """Twelve frames whose grey level is ten times their number."""
    path = tmp_path_factory.mktemp("video") / "clip.avi"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=30)
        stream.width, stream.height, stream.pix_fmt = 48, 32, "bgr0"
        for number in range(1, 13):
            frame = av.VideoFrame.from_ndarray(picture(10 * number), format="bgr24")
            container.mux(stream.encode(frame.reformat(format="bgr0")))
        container.mux(stream.encode())
    return path


@pytest.mark.parametrize(
    ("numbers", "levels"),
    [(range(3, 6), [30, 40, 50]), (range(101, 113), [10 * i for i in range(1, 13)])],
    ids=["numbered from 1", "the clip only"],
)
def test_a_video_holds_the_long_recording_or_the_clip_only(video, numbers, levels):
    frames = DecodedFrames(ClipFrames((video,), numbers, 1, is_video=True))
    assert [int(frame[0, 0, 0]) for frame in frames] == levels


def test_a_video_that_ends_too_early_is_refused(video):
    with pytest.raises(DataError, match="has 12 frames, neither the 5 from 11 to 15 nor all up to 15"):
        DecodedFrames(ClipFrames((video,), range(11, 16), None, is_video=True))


def test_the_exif_orientation_is_applied_as_in_recordings(tmp_path):
    """A quarter turn clockwise is requested for a picture whose upper half is bright."""
    image = picture(20)
    image[:16] = 220
    data = cv2.imencode(".jpg", image)[1].tobytes()
    entry = struct.pack(">HHIHH", 0x0112, 3, 1, 6, 0)
    exif = b"Exif\0\0" + b"MM\0*" + struct.pack(">IH", 8, 1) + entry + bytes(4)
    (tmp_path / "0.jpg").write_bytes(
        data[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + data[2:]
    )
    turned = DecodedFrames(ClipFrames((tmp_path / "0.jpg",), range(1, 2), None))[0]
    assert turned.shape == (48, 32, 3) and turned[:, 16:].min() > 200 > 40 > turned[:, :16].max()
    [(_, same)] = PictureReader(tmp_path, 30.0).timed_frames()
    assert np.array_equal(turned, same)
