"""A playback in a node: clock, log and failures are those of the node."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from mer_ros.nodes.base import playback_callbacks


def test_a_playback_uses_the_clock_the_log_and_the_counters_of_its_node(camera: Any) -> None:
    callbacks = playback_callbacks(camera, lambda stamp, image: True, lambda: True, lambda: None)
    before = time.time_ns()
    assert before <= callbacks.now_ns() <= time.time_ns() and type(callbacks.now_ns()) is int
    assert callbacks.log is camera.get_logger()
    callbacks.on_error(RuntimeError("the file is damaged"))
    assert camera.drops["error"] == 1 and camera.last_failure == "RuntimeError: the file is damaged"


def test_frames_start_and_end_reach_the_functions_of_the_node(camera: Any) -> None:
    frames: list[int] = []
    ends: list[str] = []
    callbacks = playback_callbacks(
        camera, lambda stamp, image: not frames.append(stamp), lambda: False, lambda: ends.append("end")
    )
    assert callbacks.on_frame(7, np.zeros((2, 2, 3), np.uint8)) and frames == [7]
    assert not callbacks.may_start()
    callbacks.on_end()
    assert ends == ["end"]
