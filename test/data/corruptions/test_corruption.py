"""What holds for every corruption of the catalogue."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from mer_ros.data.corruptions import CORRUPTIONS, SEVERITIES, Shot
from mer_ros.errors import ConfigError

OTHERS = ("frame_rate", "scale", "rotation", "mask", "hand")
"""Corruptions whose shots cannot be compared pixel by pixel, or that cover something else each time."""


@pytest.mark.parametrize("name", CORRUPTIONS.names)
def test_a_corruption_keeps_the_form_of_a_shot_and_gives_the_same_bytes_again(name: str, shot: Shot) -> None:
    before = shot.frames.copy()
    for severity in (SEVERITIES[0], SEVERITIES[-1]):
        found, again = (CORRUPTIONS.get(name)(shot, severity, seed=5) for _ in range(2))
        assert found.frames.dtype == np.uint8 and found.frames.shape[3] == 3
        assert len(found.frames) == len(found.times_s) == len(found.landmarks) >= 2
        assert found.landmarks.dtype == np.float32
        assert (np.diff(found.times_s) > 0).all() and found.times_s[0] == shot.times_s[0]
        np.testing.assert_array_equal(found.frames, again.frames)
    np.testing.assert_array_equal(shot.frames, before)


@pytest.mark.parametrize("name", [n for n in CORRUPTIONS.names if n not in OTHERS])
def test_a_higher_severity_changes_more(name: str, shot: Shot, distance: Callable[..., float]) -> None:
    changes = [distance(shot, CORRUPTIONS.get(name)(shot, severity, seed=1)) for severity in SEVERITIES]
    assert changes[0] > 0 and changes == sorted(changes)


@pytest.mark.parametrize("severity", [0, 6])
def test_a_severity_out_of_range_is_refused(severity: int, shot: Shot) -> None:
    with pytest.raises(ConfigError, match=f"severity must be 1 to 5; {severity} was given"):
        CORRUPTIONS.get("gamma")(shot, severity)


def test_a_face_twice_as_large_is_twice_as_enlarged(shot: Shot) -> None:
    assert Shot(shot.frames, shot.times_s, 2 * shot.landmarks).enlarged == pytest.approx(2 * shot.enlarged)
