"""Faults 15 and 16: the image size changes, or a second camera publishes on the topic."""

from __future__ import annotations

from mer_ros.stream.gate import FrameGate
from mer_ros.stream.stamps import FrameAction

NOW = 1_000_000_000_000


def test_fault_15_a_new_size_resets_once_and_the_message_has_both_sizes() -> None:
    gate = FrameGate()
    assert gate.check_size(640, 480).action is FrameAction.USE
    assert gate.check_size(640, 480).action is FrameAction.USE
    decision = gate.check_size(320, 240)
    assert decision.action is FrameAction.RESET
    assert "320x240" in decision.message and "640x480" in decision.message
    assert gate.check_size(320, 240).action is FrameAction.USE


def test_fault_16_a_second_camera_is_dropped_by_name_and_the_first_continues() -> None:
    gate = FrameGate()
    gate.check(NOW, "left", NOW, 0.0)
    decision = gate.check(NOW + 1, "right", NOW, 0.1)
    assert (decision.action, decision.reason) == (FrameAction.DROP, "other_camera")
    assert "'left'" in decision.message and "'right'" in decision.message
    assert gate.check(NOW + 2, "left", NOW, 0.2).action is FrameAction.USE
    assert gate.has_second_camera(1.0) and not gate.has_second_camera(3.0)


def test_fault_16_a_camera_may_replace_one_that_fell_silent() -> None:
    gate = FrameGate()
    gate.check(NOW, "left", NOW, 0.0)
    decision = gate.check(NOW - 10**9, "right", NOW, 5.0)
    assert (decision.action, decision.reason) == (FrameAction.RESET, "camera_changed")
    assert gate.check(NOW - 10**9 + 1, "right", NOW, 5.1).action is FrameAction.USE
