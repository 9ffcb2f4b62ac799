"""The pacer with a simulated clock."""

from __future__ import annotations

import pytest

from mer_ros.sources.pacer import Pacer


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def play(costs_s: list[float], rate_hz: float = 100.0) -> tuple[list[float], Pacer]:
    """Send one frame after each cost, seconds; the times of sending, and the pacer."""
    clock, sent = Clock(), []
    pacer = Pacer(rate_hz, clock)
    for cost in costs_s:
        clock.now += cost
        clock.now += pacer.wait_s()
        sent.append(clock.now)
    return sent, pacer


def test_frames_are_sent_at_the_rate_if_each_takes_less_than_a_period() -> None:
    sent, pacer = play([0.001, 0.009, 0.002, 0.008] * 50)
    assert [b - a for a, b in zip(sent, sent[1:])] == pytest.approx([0.01] * 199)
    assert pacer.keeps_up and pacer.achieved_hz == pytest.approx(100)


def test_a_frame_is_due_at_its_time() -> None:
    clock = Clock()
    pacer = Pacer(100.0, clock)
    assert pacer.wait_s(0.0) == 0
    assert pacer.wait_s(0.04) == pytest.approx(0.04)
    clock.now += 0.54  # a delay of half a second shifts all later times
    assert pacer.wait_s(0.05) == 0
    assert pacer.wait_s(0.08) == pytest.approx(0.03)


def test_frames_of_a_live_camera_are_counted_on_arrival() -> None:
    clock = Clock()
    pacer = Pacer(30.0, clock)
    for _ in range(61):
        pacer.count_frame()
        clock.now += 0.04
    assert pacer.achieved_hz == pytest.approx(60 / (61 * 0.04)) and pacer.keeps_up


def test_a_short_delay_is_caught_up() -> None:
    sent, pacer = play([0.0] * 10 + [0.04] + [0.0] * 20)
    assert sent[-1] - sent[0] == pytest.approx(0.30)
    assert pacer.keeps_up


def test_a_long_delay_shifts_the_schedule_without_a_burst() -> None:
    sent, pacer = play([0.0] * 10 + [0.5] + [0.0] * 20)
    gaps = [b - a for a, b in zip(sent, sent[1:])]
    assert min(gaps) == pytest.approx(0.01)
    assert pacer.slipped_s == pytest.approx(0.49, abs=0.011)


def test_a_source_that_is_too_slow_does_not_keep_up_and_has_its_rate_measured() -> None:
    _, pacer = play([0.02] * 200)
    assert not pacer.keeps_up
    assert pacer.achieved_hz == pytest.approx(50, rel=0.05)
