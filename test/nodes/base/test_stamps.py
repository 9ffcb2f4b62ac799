"""Stamps of messages, and which labels count, without the import of OpenCV."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

import pytest
from builtin_interfaces.msg import Time

from mer_interfaces.msg import Emotion
from mer_ros.nodes.base import stamps
from mer_ros.types import WITHDRAWN


@pytest.mark.parametrize("ns", [0, 1, 1_700_000_000_123_456_789])
def test_a_stamp_is_nanoseconds_since_the_epoch(ns: int) -> None:
    assert stamps.stamp_ns(stamps.to_time(ns)) == ns
    header = stamps.to_header(ns, "optical")
    assert stamps.stamp_ns(header.stamp) == ns and header.frame_id == "optical"
    assert stamps.to_time(1_500_000_000) == Time(sec=1, nanosec=500_000_000)


def test_a_provisional_label_and_that_of_a_withdrawn_event_do_not_count() -> None:
    assert stamps.is_final(Emotion(reason="the clip is too short"))
    assert not stamps.is_final(Emotion(provisional=True))
    assert not stamps.is_final(Emotion(reason=WITHDRAWN))


def test_the_follower_of_mer_up_does_not_import_opencv(
    run_python: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    done = run_python("import sys, mer_ros.nodes.tools.event_follower; print('cv2' in sys.modules)")
    assert done.stdout.strip() == "False", done.stderr
