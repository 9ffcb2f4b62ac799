"""A slower camera."""

from __future__ import annotations

import numpy as np

from mer_ros.data.corruptions import SEVERITIES, Shot
from mer_ros.data.corruptions.frame_rate import FRAME_RATE


def test_every_so_many_frames_arrive_and_two_at_least(shot: Shot) -> None:
    assert [len(FRAME_RATE(shot, severity).frames) for severity in SEVERITIES] == [4, 3, 2, 2, 2]
    np.testing.assert_array_equal(FRAME_RATE(shot, 1).times_s, shot.times_s[::2])
