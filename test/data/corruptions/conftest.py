"""A short shot of one face."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.data.corruptions import Shot
from mer_ros.data.rendered_clips import shots
from mer_ros.data.synthetic.subject import make_subject


@pytest.fixture(scope="session")
def shot() -> Shot:
    """Eight frames of 304x304, read-only."""
    whole = next(shots(make_subject(901), 1, 0)).shot
    for array in (whole.frames, whole.landmarks):
        array.setflags(write=False)
    return Shot(whole.frames[:8], whole.times_s[:8], whole.landmarks[:8])


def difference(one: Shot, other: Shot) -> float:
    """Mean absolute difference of the grey values."""
    return float(np.abs(one.frames.astype(float) - other.frames).mean())


@pytest.fixture(scope="session")
def distance() -> object:
    """The function ``difference``."""
    return difference
