from __future__ import annotations

import os

import av
import cv2
import numpy as np
import pytest

from mer_ros.data.frames.long_frames import NumberedImages, VideoFrames
from mer_ros.errors import DataError
from mer_ros.media.video_file import count_frames


def write(folder, numbers, side=8):
    files = []
    for number in numbers:
        path = folder / f"img{number}.png"
        cv2.imwrite(str(path), np.full((side, side, 3), number, np.uint8))
        files.append((number, path))
    return tuple(files)


def test_images_have_the_times_of_their_numbers(tmp_path):
    frames = NumberedImages(tmp_path, write(tmp_path, [5, 6, 9]), 50.0)
    assert frames.n_frames == 5
    found = [(time_ns, int(image[0, 0, 0])) for time_ns, image in frames.timed_frames()]
    assert found == [(0, 5), (20_000_000, 6), (80_000_000, 9)]


def test_an_image_that_is_none_or_of_another_size_is_named(tmp_path):
    files = write(tmp_path, [1, 2])
    files[1][1].write_bytes(b"no image")
    with pytest.raises(DataError, match="'img2.png' is no picture"):
        list(NumberedImages(tmp_path, files, 30.0).timed_frames())
    write(tmp_path, [2], side=9)
    with pytest.raises(DataError, match=r"8x8 and 9x9 \(img2.png\)"):
        list(NumberedImages(tmp_path, files, 30.0).timed_frames())


def test_a_description_changes_with_files_and_rate(tmp_path):
    files = write(tmp_path, [1, 2])
    described = [NumberedImages(tmp_path, files, fps).described() for fps in (30.0, 60.0)]
    assert described[0] != described[1]
    assert NumberedImages(tmp_path, files, 30.0).described() == described[0]
    os.utime(files[1][1], ns=(0, 0))
    assert NumberedImages(tmp_path, files, 30.0).described() != described[0]


@pytest.fixture
def video(tmp_path):
    """20 frames of 64x48 at 25 fps."""
    path = tmp_path / "a.avi"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", 25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for i in range(20):
            frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), 10 * i, np.uint8), format="bgr24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def test_frames_of_a_file_are_evenly_spaced_at_the_given_rate(tmp_path, video):
    assert count_frames(video) == 20
    found = [
        (time_ns, image.shape) for time_ns, image in VideoFrames(tmp_path, video, 50.0, 20).timed_frames()
    ]
    assert [time_ns for time_ns, _ in found] == [20_000_000 * i for i in range(20)]
    assert {shape for _, shape in found} == {(48, 64, 3)}


def test_a_file_that_lacks_frames_or_is_none_is_refused(tmp_path, video):
    with pytest.raises(DataError, match="2 of 22 frames of 'a.avi' are damaged"):
        list(VideoFrames(tmp_path, video, 50.0, 22).timed_frames())
    video.write_bytes(b"no video")
    with pytest.raises(DataError, match="'a.avi' cannot be read"):
        list(VideoFrames(tmp_path, video, 50.0, 20).timed_frames())
