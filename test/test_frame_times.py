"""Faults 20 to 27: what stamps can do."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.frame_times import FrameTimes, Judgement, fitness, shortest_event_s

NOW = 1_000_000_000_000
STEP = 5_000_000


def steady(times: FrameTimes, n: int = 20, start: int = NOW, step: int = STEP) -> int:
    """Feed n good frames; the stamp of the last."""
    for i in range(n):
        assert times.judge(start + i * step, NOW).judgement is Judgement.USE
    return start + (n - 1) * step


@pytest.mark.parametrize(
    ("shift_ns", "judgement", "reason"),
    [
        pytest.param(None, Judgement.DROP, "zero_stamp", id="fault_20_zero"),
        pytest.param(0, Judgement.DROP, "same_stamp", id="fault_21_same"),
        pytest.param(-50 * STEP, Judgement.RESET, "backwards", id="fault_22_backwards"),
        pytest.param(3600 * 10**9, Judgement.DROP, "far_future", id="fault_23_far_future"),
        pytest.param(STEP, Judgement.USE, "", id="good"),
    ],
)
def test_a_stamp_is_judged(shift_ns: int | None, judgement: Judgement, reason: str) -> None:
    times = FrameTimes()
    last = steady(times)
    verdict = times.judge(0 if shift_ns is None else last + shift_ns, NOW)
    assert (verdict.judgement, verdict.reason) == (judgement, reason)
    assert bool(verdict.sentence) == bool(reason)


@pytest.mark.parametrize("bad", [0, NOW + 3600 * 10**9], ids=["fault_20", "fault_23"])
def test_the_next_good_frame_works_after_a_bad_stamp(bad: int) -> None:
    times = FrameTimes()
    last = steady(times)
    times.judge(bad, NOW)
    assert times.judge(last + STEP, NOW).judgement is Judgement.USE


def test_fault_22_after_a_loop_the_stream_goes_on() -> None:
    times = FrameTimes()
    steady(times)
    assert times.judge(NOW - 10**9, NOW).judgement is Judgement.RESET
    steady(times, start=NOW - 10**9 + STEP)
    assert times.rate_hz == pytest.approx(200)


def test_without_a_clock_no_stamp_is_in_the_future() -> None:
    assert FrameTimes().judge(NOW + 10**15, 0).judgement is Judgement.USE


@pytest.mark.parametrize(("rate_hz", "shortest_ms"), [(30, 133.3), (61.6, 65), (200, 20), (15, 266.7)])
def test_fault_25_a_slow_camera_is_told_what_it_cannot_show(rate_hz: float, shortest_ms: float) -> None:
    assert 1000 * shortest_event_s(rate_hz) == pytest.approx(shortest_ms, rel=2e-3)
    words = fitness(rate_hz)
    assert ("every micro-expression" in words) == (rate_hz > 61.5)
    assert rate_hz > 61.5 or f"{shortest_ms:.0f} ms" in words


def test_nothing_is_claimed_before_a_rate_is_known() -> None:
    assert FrameTimes().rate_hz == 0
    assert "unknown" in fitness(0)


def test_fault_26_a_gap_is_counted_with_the_frames_it_swallowed() -> None:
    times = FrameTimes(max_gap_s=0.15)
    last = steady(times)
    times.judge(last + 40 * STEP, NOW)
    assert (times.gaps, times.lost) == (1, 39)


def test_fault_27_jitter_neither_loses_frames_nor_bends_the_rate() -> None:
    times = FrameTimes()
    stamps = NOW + STEP * np.arange(200) + np.random.default_rng(0).normal(0, 0.1 * STEP, 200).astype(int)
    for stamp in stamps:
        times.judge(int(stamp), NOW)
    assert times.lost == 0
    assert times.rate_hz == pytest.approx(200, rel=0.03)


def test_the_rate_is_asked_for_while_another_thread_forgets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    periods = iter([0.1, 0.0])  # time goes back between two looks
    monkeypatch.setattr(FrameTimes, "period_s", property(lambda self: next(periods)))
    assert FrameTimes().rate_hz == pytest.approx(10.0)
