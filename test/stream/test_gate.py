"""Faults 15 and 16: the picture changes its size, or another camera talks in between."""

from __future__ import annotations

from mer_ros.stream.gate import FrameGate
from mer_ros.stream.stamps import Judgement

NOW = 1_000_000_000_000


def test_fault_15_a_new_size_resets_once_with_both_sizes_told() -> None:
    gate = FrameGate()
    assert gate.judge_size(640, 480).judgement is Judgement.USE
    assert gate.judge_size(640, 480).judgement is Judgement.USE
    verdict = gate.judge_size(320, 240)
    assert verdict.judgement is Judgement.RESET
    assert "320x240" in verdict.sentence and "640x480" in verdict.sentence
    assert gate.judge_size(320, 240).judgement is Judgement.USE


def test_fault_16_a_second_camera_is_dropped_with_both_named_and_the_first_goes_on() -> None:
    gate = FrameGate()
    gate.judge(NOW, "left", NOW, 0.0)
    verdict = gate.judge(NOW + 1, "right", NOW, 0.1)
    assert (verdict.judgement, verdict.reason) == (Judgement.DROP, "other_camera")
    assert "'left'" in verdict.sentence and "'right'" in verdict.sentence
    assert gate.judge(NOW + 2, "left", NOW, 0.2).judgement is Judgement.USE
    assert gate.crowded(1.0) and not gate.crowded(3.0)


def test_fault_16_a_camera_may_replace_one_that_fell_silent() -> None:
    gate = FrameGate()
    gate.judge(NOW, "left", NOW, 0.0)
    verdict = gate.judge(NOW - 10**9, "right", NOW, 5.0)
    assert (verdict.judgement, verdict.reason) == (Judgement.RESET, "camera_changed")
    assert gate.judge(NOW - 10**9 + 1, "right", NOW, 5.1).judgement is Judgement.USE
