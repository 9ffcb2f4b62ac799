from __future__ import annotations

import errno
import os
from concurrent.futures import Future

import av
import numpy as np
import pytest

from mer_ros.analysis import annotated_video as module
from mer_ros.analysis.annotated_video import AnnotatedVideo
from mer_ros.analysis.evidence import plain_evidence
from mer_ros.errors import ConfigError
from mer_ros.media.video_writer import VideoWriter
from mer_ros.types import Face


def face():
    return Face("face_1", (40, 30, 60, 60), 1.0, np.zeros((468, 3), np.float32), 0.0, 0.0, 0.0, 50.0, 0.01)


def encoded(path):
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        frames = [(frame.time, frame.to_ndarray(format="bgr24")) for frame in container.decode(stream)]
        return stream.codec_context.name, stream.codec_context.pix_fmt, frames


def write(path, n, hz):
    with AnnotatedVideo(path, 0.002) as video:
        for i in range(n):
            video.add(round(i * 1e9 / hz), np.full((120, 160, 3), 60, np.uint8), [face()])
    return video


@pytest.mark.parametrize(("hz", "most"), [(200, 30), (25, 25)])
def test_it_is_h264_at_the_times_of_the_recording(tmp_path, hz, most):
    video = write(tmp_path / "a.mp4", 2 * hz, hz)
    codec, pixels, frames = encoded(tmp_path / "a.mp4")
    assert codec == "h264" and pixels == "yuv420p"
    assert len(frames) == video.frames and abs(len(frames) - 2 * most) <= 2
    times = [t for t, _ in frames]
    assert times[0] == 0 and abs(times[-1] - 2) < 0.06


def test_the_box_of_the_face_is_drawn(tmp_path):
    write(tmp_path / "a.mp4", 3, 25)
    image = encoded(tmp_path / "a.mp4")[2][0][1]
    assert image[30, 60:100, 1].mean() > image[60, 60:80, 1].mean() + 40


def test_without_a_frame_there_is_no_file(tmp_path):
    write(tmp_path / "a.mp4", 0, 25)
    assert list(tmp_path.iterdir()) == []


def test_a_label_that_comes_late_is_waited_for(tmp_path, make_event):
    answer = Future()
    with AnnotatedVideo(tmp_path / "a.mp4", 0.002) as video:
        video.add(0, np.zeros((120, 160, 3), np.uint8), [face()])
        video.add_label(answer)
        video.add(40_000_000, np.zeros((120, 160, 3), np.uint8), [face()])
        assert video.frames <= 1
        answer.set_result(plain_evidence(make_event()))
    assert video.frames == 2


def test_a_folder_that_is_missing_is_one_sentence(tmp_path):
    with pytest.raises(ConfigError, match="is not writable .*choose another folder with --out"):
        write(tmp_path / "missing" / "a.mp4", 30, 25)


@pytest.mark.timeout(30)
def test_a_failure_at_the_end_is_one_sentence(tmp_path, monkeypatch):
    class Full(VideoWriter):
        """A writer whose disk becomes full while it completes the file."""

        def __exit__(self, *error):
            super().__exit__(*error)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(module, "VideoWriter", Full)
    with pytest.raises(ConfigError, match=r"is not writable \(No space left on device\)"):
        write(tmp_path / "a.mp4", 30, 25)


def test_another_failure_is_raised_and_does_not_block(tmp_path):
    answer = Future()
    answer.set_exception(RuntimeError("model"))
    with pytest.raises(RuntimeError, match="model"), AnnotatedVideo(tmp_path / "a.mp4", 0.002) as video:
        video.add_label(answer)
        for i in range(50):
            video.add(i * 40_000_000, np.zeros((120, 160, 3), np.uint8), [])
