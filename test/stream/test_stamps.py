"""Faults 20 to 27: what stamps can do."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.stream.stamps import FrameTimes, Judgement, fitness, shortest_event_s

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


def stream(loss: float, jitter: float, seed: int = 0, n: int = 4000) -> tuple[np.ndarray, int]:
    """Stamps of a 200 Hz camera that arrive, and how many do not."""
    rng = np.random.default_rng(seed)
    stamps = NOW + STEP * np.arange(n) + rng.normal(0, jitter * STEP, n).astype(int)
    arrives = rng.random(n) >= loss
    arrives[[0, -1]] = True
    return stamps[arrives], int((~arrives).sum())


@pytest.mark.parametrize("loss", [0.02, 0.2, 0.5, 0.66, 0.75, 0.83])
def test_every_lost_frame_is_told_however_many_are_lost(loss: float) -> None:
    """Without the profile more than half are lost: the median step is then several periods."""
    times = FrameTimes()
    stamps, lost = stream(loss, jitter=0.03)
    for stamp in stamps:
        times.judge(int(stamp), 0)
    assert times.lost == pytest.approx(lost, rel=0.005, abs=1)
    assert times.rate_hz == pytest.approx(200, rel=0.02)


@pytest.mark.parametrize("seed", range(20))
def test_losses_before_the_period_is_sure_are_told_once_it_is(seed: int) -> None:
    """Seven of eight are lost, so that sixteen stamps lie on one grid or other by chance."""
    times = FrameTimes()
    stamps, lost = stream(0.88, jitter=0.04, seed=seed, n=1600)
    for stamp in stamps:
        times.judge(int(stamp), 0)
    assert times.lost == pytest.approx(lost, rel=0.02)


@pytest.mark.parametrize("loss", [0.1, 0.5, 0.8])
def test_stalls_and_the_bursts_behind_them_are_no_faster_camera(loss: float) -> None:
    """A loaded machine: one picture in twenty is late, and those that waited for it follow at once."""
    rng = np.random.default_rng(1)
    times, last, lost = FrameTimes(), 0.0, 0
    for i in range(4000):
        last = max(5.0 * i, last + 0.3 + rng.exponential(0.7)) + (rng.random() < 0.05) * rng.exponential(10.0)
        if rng.random() < loss:
            lost += 1
        else:
            times.judge(NOW + int(1e6 * last), 0)
    assert times.lost == pytest.approx(lost, rel=0.3 if loss < 0.5 else 0.05)
    assert times.rate_hz == pytest.approx(200, rel=0.02)


def test_of_stamps_without_a_beat_nothing_is_believed() -> None:
    """The mean step is all that is known, and hardly a frame is called lost."""
    rng = np.random.default_rng(0)
    times = FrameTimes()
    for stamp in np.cumsum(rng.exponential(STEP, 2000)):
        times.judge(NOW + int(stamp), 0)
    assert times.rate_hz == pytest.approx(200, rel=0.3)
    assert times.lost < 500


def test_a_frame_that_comes_late_is_not_lost() -> None:
    """The camera's process was held up: three frames are stamped late, close to one another."""
    times = FrameTimes()
    last = steady(times, 40)
    for k in range(10):
        start = last + 50 * k * STEP
        for i in range(1, 47):
            times.judge(start + i * STEP, 0)
        for late in (49.7, 49.8, 49.9, 50):
            times.judge(start + int(late * STEP), 0)
    assert times.lost == 0


def test_losses_among_a_camera_s_first_frames_are_told_and_a_first_burst_is_none() -> None:
    times, burst = FrameTimes(), FrameTimes()
    for i in (0, 1, 2, 5, 6, 7, 8, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22):
        times.judge(NOW + i * STEP, 0)
    assert times.lost == 4
    for i in (9.47, 9.61, 9.83, 9.94, *range(10, 40)):
        burst.judge(NOW + int(i * STEP), 0)
    assert burst.lost == 0


def test_a_camera_that_becomes_slower_loses_nothing() -> None:
    times = FrameTimes()
    last = steady(times, 200)
    for i in range(1, 301):
        times.judge(last + 2 * i * STEP, 0)
    assert times.rate_hz == pytest.approx(100)
    assert times.lost < 64, "what is taken for losses until the new rate is known"


def test_jitter_is_measured_beside_losses() -> None:
    assert FrameTimes().jitter_s == 0
    exact, shaky = FrameTimes(), FrameTimes()
    for times, jitter in ((exact, 0.0), (shaky, 0.1)):
        for stamp in stream(0.2, jitter)[0]:
            times.judge(int(stamp), 0)
    assert exact.jitter_s < 1e-5
    # the step between two stamps has sqrt(2) of a stamp's sigma, and a normal's mean deviation 0.8 of sigma
    assert shaky.jitter_s == pytest.approx(0.1 * STEP * 1e-9 * np.sqrt(2) * 0.8, rel=0.3)
