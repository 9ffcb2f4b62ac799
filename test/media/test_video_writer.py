from __future__ import annotations

import av
import numpy as np
import pytest

from mer_ros.media.video_writer import VideoWriter


def grey(value=60, size=(48, 64)):
    return np.full((*size, 3), value, np.uint8)


def decoded(path):
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        frames = [(frame.time, frame.to_ndarray(format="bgr24")) for frame in container.decode(stream)]
        return stream.codec_context.name, stream.codec_context.pix_fmt, frames


def write(path, times_ms, size=(48, 64)):
    with VideoWriter(path) as writer:
        for i, time_ms in enumerate(times_ms):
            writer.add(time_ms * 1_000_000, grey(20 + 5 * i, size))
    return writer


def test_images_are_h264_at_their_times(tmp_path):
    times_ms = [0, 33, 66, 150, 151, 400]
    write(tmp_path / "a.mp4", times_ms)
    codec, pixels, frames = decoded(tmp_path / "a.mp4")
    assert (codec, pixels) == ("h264", "yuv420p")
    assert [round(1000 * time) for time, _ in frames] == times_ms
    assert [abs(int(image.mean()) - 20 - 5 * i) <= 3 for i, (_, image) in enumerate(frames)] == [True] * 6


def test_the_index_comes_first_so_that_a_browser_can_begin_at_once(tmp_path):
    write(tmp_path / "a.mp4", range(0, 900, 30))
    data = (tmp_path / "a.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


@pytest.mark.parametrize(("size", "expected"), [((121, 161), (120, 160)), ((1080, 1920), (720, 1280))])
def test_sides_are_even_and_large_images_become_smaller(tmp_path, size, expected):
    write(tmp_path / "a.mp4", [0, 40], size)
    assert decoded(tmp_path / "a.mp4")[2][0][1].shape[:2] == expected


def test_images_of_another_size_or_time_are_left_out(tmp_path):
    with VideoWriter(tmp_path / "a.mp4") as writer:
        writer.add(0, grey())
        writer.add(40_000_000, grey(size=(24, 24)))
        writer.add(0, grey())
        writer.add(80_000_000, grey())
    assert writer.frames == 2 and [round(t, 2) for t, _ in decoded(tmp_path / "a.mp4")[2]] == [0, 0.08]


def test_without_an_image_there_is_no_file(tmp_path):
    write(tmp_path / "a.mp4", [])
    assert list(tmp_path.iterdir()) == []


def test_if_the_last_images_cannot_be_encoded_the_earlier_file_stays(tmp_path):
    class Full:
        def encode(self):
            raise OSError("no space")

    (tmp_path / "a.mp4").write_bytes(b"earlier")
    with pytest.raises(OSError, match="no space"), VideoWriter(tmp_path / "a.mp4") as writer:
        for i in range(60):  # so many that the first ones are written before the end
            writer.add(i * 33_000_000, grey(20 + i))
        writer._open = (writer._open[0], Full())
    assert [path.name for path in tmp_path.iterdir()] == ["a.mp4"]
    assert (tmp_path / "a.mp4").read_bytes() == b"earlier"


def test_after_an_exception_the_earlier_file_stays(tmp_path):
    (tmp_path / "a.mp4").write_bytes(b"earlier")
    with pytest.raises(RuntimeError), VideoWriter(tmp_path / "a.mp4") as writer:
        writer.add(0, grey())
        raise RuntimeError
    assert [path.name for path in tmp_path.iterdir()] == ["a.mp4"]
    assert (tmp_path / "a.mp4").read_bytes() == b"earlier"
