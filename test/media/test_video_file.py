"""Reading of video files; test/sources/test_video_file.py has the kinds and faults."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from benchmarks.recording_files import damage, write_video
from mer_ros.errors import ConfigError
from mer_ros.media.video_file import Losses, VideoReader, _Orientations, count_frames


def test_images_are_bgr(tmp_path: Path) -> None:
    path = tmp_path / "red.mp4"
    with av.open(str(path), "w") as file:
        stream = file.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv444p"
        red = np.full((48, 64, 3), (0, 0, 250), np.uint8)
        file.mux(stream.encode(av.VideoFrame.from_ndarray(red, format="bgr24")))
        file.mux(stream.encode(None))
    [(time_ns, image)] = VideoReader(path, 0.0).timed_frames()
    assert time_ns == 0 and image.shape == (48, 64, 3) and image.dtype == np.uint8
    assert np.abs(image.reshape(-1, 3).mean(axis=0) - (0, 0, 250)).max() < 8


def test_a_sound_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "voice.mp4"
    with av.open(str(path), "w") as file:
        stream = file.add_stream("aac", rate=8000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        frame.sample_rate = 8000
        file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    with pytest.raises(ConfigError, match="has no video stream"):
        VideoReader(path, 0.0)


def test_a_reader_may_stop_early_and_start_again(tmp_path: Path) -> None:
    reader = VideoReader(write_video(tmp_path / "a.mp4", "libx264", range(20)), 0.0)
    frames = reader.timed_frames()
    next(frames)
    frames.close()  # type: ignore[attr-defined]
    assert len(list(reader.timed_frames())) == 20


def test_an_encrypted_or_unreadable_file_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "secret.mp4"
    path.write_bytes(bytes(1000))
    with pytest.raises(ConfigError, match="cannot be read as video") as caught:
        VideoReader(path, 0.0)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["a.avi", "a.mp4"])
def test_frames_are_counted_without_decoding(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with av.open(str(path), "w") as file:
        stream = file.add_stream("mpeg4", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for level in range(17):
            image = np.full((48, 64, 3), 10 * level, np.uint8)
            file.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="bgr24")))
        file.mux(stream.encode(None))
    assert count_frames(path) == 17
    path.write_bytes(b"no video")
    with pytest.raises(ConfigError, match="cannot be read as video"):
        count_frames(path)


@pytest.mark.parametrize(
    ("part", "first", "last"), [((0.05, 0.2), "unreadable", "whole"), ((0.85, 1.0), "whole", "unreadable")]
)
def test_fault_80_unreadable_frames_at_either_end_have_their_time(
    part: tuple[float, float], first: str, last: str, tmp_path: Path
) -> None:
    index_first = first == "whole"  # the index is never damaged
    path = write_video(tmp_path / "a.mp4", "libx264", range(60), options={"g": "15"}, index_first=index_first)
    damage(path, *part)
    reader = VideoReader(path, 0.0)
    assert reader.losses == Losses(), "nothing was read to its end"
    times = [time_ns for time_ns, _ in reader.timed_frames()]
    losses = reader.losses
    assert losses.unreadable == 60 - len(times) > 0 and losses.untraced == losses.cut_off == 0
    assert (losses.before_ns > 0) == (first == "unreadable")
    assert (losses.behind_ns > 0) == (last == "unreadable")
    assert (losses.before_ns + times[-1] + losses.behind_ns) * 1e-9 == pytest.approx(59 / 30, abs=1e-6)


def test_key_frames_of_a_whole_file_are_known(tmp_path: Path) -> None:
    reader = VideoReader(write_video(tmp_path / "a.avi", "mpeg4", range(12), options={"g": "5"}), 0.0)
    for _ in reader.timed_frames():
        pass
    assert reader.losses == Losses(key_frames=frozenset({0, 5, 10}))


class TurnedFrame:
    """What ``_Orientations`` reads of a frame; reads: how often its side data were read."""

    reads = 0

    def __init__(self, angle: int) -> None:
        turn = {0: (1, 0, 0, 1), 90: (0, -1, 1, 0)}[angle]
        self.rotation = angle
        a, b, c, d = (value << 16 for value in turn)
        self._matrix = np.array([a, b, 0, c, d, 0, 0, 0, 1 << 30], np.int32)

    @property
    def side_data(self) -> dict[str, bytes]:
        TurnedFrame.reads += 1
        return {"DISPLAYMATRIX": self._matrix.tobytes()} if self.rotation else {}


def test_the_orientation_is_read_again_when_the_angle_changes() -> None:
    orientations, image = _Orientations(), np.arange(24, dtype=np.uint8).reshape(2, 4, 3)
    shapes = [
        orientations.of(TurnedFrame(angle)).apply(image).shape  # type: ignore[arg-type]
        for angle in (0, 0, 90, 90, 90, 0)
    ]
    assert shapes == [(2, 4, 3)] * 2 + [(4, 2, 3)] * 3 + [(2, 4, 3)]
    assert TurnedFrame.reads == 3


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", r"\(it is empty\): copy or record it again"),
        (b"not a video\n" * 99, r"it contains text\): give a video file"),
        (b"\0\0\0\x18ftypmp42" + bytes(200), r"its index is missing, as if it was cut off\): copy"),
        (bytes(range(256)) * 9, r"\(Invalid data.*\): check that it is a complete video file"),
    ],
    ids=["empty", "text", "cut_off", "other"],
)
def test_a_file_that_is_no_video_is_refused_with_what_it_is(
    content: bytes, words: str, tmp_path: Path
) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=words):
        VideoReader(path, 0.0)
