from __future__ import annotations

import threading

import numpy as np
import pytest

from mer_ros.analysis.read_ahead import ReadAhead
from mer_ros.errors import DataError


class Counted:
    """Frames of a size; counts how many were requested."""

    fps = 30.0

    def __init__(self, frames, side=4, error=None):
        self.frames, self.side, self.error, self.read = frames, side, error, 0

    def timed_frames(self):
        for i in range(self.frames):
            self.read += 1
            yield i, np.full((self.side, self.side, 3), i % 251, np.uint8)
        if self.error:
            raise self.error


def test_all_frames_arrive_in_order():
    with ReadAhead(Counted(300)) as frames:
        found = [(time_ns, int(image[0, 0, 0])) for time_ns, image in frames]
    assert found == [(i, i % 251) for i in range(300)]


def test_an_error_is_raised_behind_the_last_frame():
    seen = []
    with ReadAhead(Counted(5, error=DataError("damaged"))) as frames:
        with pytest.raises(DataError, match="damaged"):
            for time_ns, _ in frames:
                seen.append(time_ns)
    assert seen == list(range(5))


@pytest.mark.parametrize(("side", "most"), [(4, 34), (4000, 4)])
def test_few_frames_are_read_in_advance_and_leaving_ends_the_thread(side, most):
    source = Counted(10_000, side)
    with ReadAhead(source) as frames:
        next(iter(frames))
    assert source.read <= most
    assert not any(thread.name == "read_ahead" for thread in threading.enumerate())
