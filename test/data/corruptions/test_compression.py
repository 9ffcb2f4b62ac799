"""JPEG and H.264 of a shot."""

from __future__ import annotations

import numpy as np

from mer_ros.data.corruptions import Shot
from mer_ros.data.corruptions.compression import H264, JPEG


def test_jpeg_makes_blocks_of_eight_pixels(shot: Shot) -> None:
    frame = JPEG(shot, 5).frames[0, ..., 1].astype(float)
    steps = np.abs(np.diff(frame, axis=1)).mean(axis=0)
    borders = np.arange(len(steps)) % 8 == 7
    assert steps[borders].mean() > 1.5 * steps[~borders].mean()


def test_h264_accepts_frames_of_an_odd_size_and_keeps_their_times(shot: Shot) -> None:
    odd = Shot(shot.frames[:, :301, :303], shot.times_s, shot.landmarks)
    found = H264(odd, 1)
    assert found.frames.shape == (len(shot.frames), 300, 302, 3)
    np.testing.assert_array_equal(found.times_s, shot.times_s)
