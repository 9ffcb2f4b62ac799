"""Faults 20 to 27: invalid, repeated, jumping, jittered and missing stamps."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.stream.stamps import FrameAction, StampMonitor, describe_rate, shortest_event_s

NOW = 1_000_000_000_000
STEP = 5_000_000


def steady(times: StampMonitor, n: int = 20, start: int = NOW, step: int = STEP) -> int:
    """Check n valid stamps; returns the last."""
    for i in range(n):
        assert times.check(start + i * step, NOW).action is FrameAction.USE
    return start + (n - 1) * step


@pytest.mark.parametrize(
    ("shift_ns", "action", "reason"),
    [
        pytest.param(None, FrameAction.DROP, "zero_stamp", id="fault_20_zero"),
        pytest.param(0, FrameAction.DROP, "same_stamp", id="fault_21_same"),
        pytest.param(-50 * STEP, FrameAction.RESET, "backwards", id="fault_22_backwards"),
        pytest.param(3600 * 10**9, FrameAction.DROP, "far_future", id="fault_23_far_future"),
        pytest.param(STEP, FrameAction.USE, "", id="good"),
    ],
)
def test_a_stamp_is_judged(shift_ns: int | None, action: FrameAction, reason: str) -> None:
    times = StampMonitor()
    last = steady(times)
    decision = times.check(0 if shift_ns is None else last + shift_ns, NOW)
    assert (decision.action, decision.reason) == (action, reason)
    assert bool(decision.message) == bool(reason)


@pytest.mark.parametrize("bad", [0, NOW + 3600 * 10**9], ids=["fault_20", "fault_23"])
def test_the_next_good_frame_works_after_a_bad_stamp(bad: int) -> None:
    times = StampMonitor()
    last = steady(times)
    times.check(bad, NOW)
    assert times.check(last + STEP, NOW).action is FrameAction.USE


def test_fault_22_after_a_loop_the_stream_continues() -> None:
    times = StampMonitor()
    steady(times)
    assert times.check(NOW - 10**9, NOW).action is FrameAction.RESET
    steady(times, start=NOW - 10**9 + STEP)
    assert times.rate_hz == pytest.approx(200)


@pytest.mark.parametrize("late", [1, 2, 7, 9, 10])
def test_fault_84_a_frame_late_by_a_few_periods_is_dropped_under_its_own_reason(late: int) -> None:
    times = StampMonitor()
    last = steady(times, n=60)
    times.check(last + (late + 1) * STEP, NOW)
    decision = times.check(last + STEP, NOW)
    assert (decision.action, decision.reason) == (FrameAction.DROP, "late_frame")
    assert f"{5 * late} ms newer" in decision.message
    assert times.check(last + (late + 2) * STEP, NOW).action is FrameAction.USE


def test_fault_84_swapped_pairs_are_neither_lost_nor_a_reset() -> None:
    step = round(1e9 / 60)
    order = list(range(3000))
    for i in range(45, len(order) - 1, 45):
        order[i], order[i + 1] = order[i + 1], order[i]
    times = StampMonitor()
    decisions = [times.check(NOW + i * step, 0) for i in order]
    assert {d.action for d in decisions} == {FrameAction.USE, FrameAction.DROP}
    assert {d.reason for d in decisions} == {"", "late_frame"}
    assert sum(d.reason == "late_frame" for d in decisions) == len(range(45, 2999, 45))
    assert times.lost == 0 and times.rate_hz == pytest.approx(60, rel=0.01)


@pytest.mark.parametrize(
    ("periods", "action"), [(9, FrameAction.DROP), (10, FrameAction.DROP), (11, FrameAction.RESET)]
)
def test_fault_22_and_84_a_step_back_of_more_than_ten_periods_resets(
    periods: int, action: FrameAction
) -> None:
    times = StampMonitor()
    assert times.check(steady(times, n=60) - periods * STEP, NOW).action is action


def test_fault_22_and_84_a_lasting_step_back_resets_at_the_eleventh_frame() -> None:
    times = StampMonitor()
    last = steady(times, n=60)
    reasons = [times.check(last - 7 * STEP + i, NOW).reason for i in range(11)]
    assert reasons == ["late_frame"] * 10 + ["backwards"]


def test_fault_84_before_the_rate_is_known_a_step_back_of_a_gap_is_late() -> None:
    times = StampMonitor(max_gap_s=0.15)
    times.check(NOW, 0)
    assert times.check(NOW - 10**8, 0).reason == "late_frame"
    assert times.check(NOW - 2 * 10**8, 0).reason == "backwards"


def test_without_a_clock_no_stamp_is_in_the_future() -> None:
    assert StampMonitor().check(NOW + 10**15, 0).action is FrameAction.USE


@pytest.mark.parametrize(("rate_hz", "shortest_ms"), [(30, 133.3), (61.6, 65), (200, 20), (15, 266.7)])
def test_fault_25_the_shortest_event_of_a_slow_camera_is_stated(rate_hz: float, shortest_ms: float) -> None:
    assert 1000 * shortest_event_s(rate_hz) == pytest.approx(shortest_ms, rel=2e-3)
    words = describe_rate(rate_hz)
    assert ("every micro-expression" in words) == (rate_hz > 61.5)
    assert rate_hz > 61.5 or f"{shortest_ms:.0f} ms" in words


def test_the_rate_is_unknown_before_enough_stamps() -> None:
    assert StampMonitor().rate_hz == 0
    assert "unknown" in describe_rate(0)


def test_fault_26_a_gap_is_counted_with_its_missing_frames() -> None:
    times = StampMonitor(max_gap_s=0.15)
    last = steady(times)
    times.check(last + 40 * STEP, NOW)
    assert (times.gaps, times.lost) == (1, 39)


def test_fault_27_jitter_changes_neither_the_losses_nor_the_rate() -> None:
    times = StampMonitor()
    stamps = NOW + STEP * np.arange(200) + np.random.default_rng(0).normal(0, 0.1 * STEP, 200).astype(int)
    for stamp in stamps:
        times.check(int(stamp), NOW)
    assert times.lost == 0
    assert times.rate_hz == pytest.approx(200, rel=0.03)


def test_the_rate_can_be_read_while_another_thread_resets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    periods = iter([0.1, 0.0])  # stamps go back between two reads
    monkeypatch.setattr(StampMonitor, "period_s", property(lambda self: next(periods)))
    assert StampMonitor().rate_hz == pytest.approx(10.0)


def stream(loss: float, jitter: float, seed: int = 0, n: int = 4000) -> tuple[np.ndarray, int]:
    """Stamps of the frames of a 200 Hz camera that arrive, and the number of lost ones."""
    rng = np.random.default_rng(seed)
    stamps = NOW + STEP * np.arange(n) + rng.normal(0, jitter * STEP, n).astype(int)
    arrives = rng.random(n) >= loss
    arrives[[0, -1]] = True
    return stamps[arrives], int((~arrives).sum())


@pytest.mark.parametrize("loss", [0.02, 0.2, 0.5, 0.66, 0.75, 0.83])
def test_lost_frames_are_counted_at_any_loss_rate(loss: float) -> None:
    """Without the profile more than half are lost: the median step is then several periods."""
    times = StampMonitor()
    stamps, lost = stream(loss, jitter=0.03)
    for stamp in stamps:
        times.check(int(stamp), 0)
    assert times.lost == pytest.approx(lost, rel=0.005, abs=1)
    assert times.rate_hz == pytest.approx(200, rel=0.02)


@pytest.mark.parametrize("seed", range(20))
def test_losses_before_the_period_is_known_are_counted_later(seed: int) -> None:
    """Seven of eight frames are lost, so sixteen stamps may lie on a wrong grid by chance."""
    times = StampMonitor()
    stamps, lost = stream(0.88, jitter=0.04, seed=seed, n=1600)
    for stamp in stamps:
        times.check(int(stamp), 0)
    assert times.lost == pytest.approx(lost, rel=0.02)


@pytest.mark.parametrize("loss", [0.1, 0.5, 0.8])
def test_bursts_after_stalls_do_not_raise_the_rate(loss: float) -> None:
    """A loaded machine: one image in twenty is late, and the images behind it follow immediately."""
    rng = np.random.default_rng(1)
    times, last, lost = StampMonitor(), 0.0, 0
    for i in range(4000):
        last = max(5.0 * i, last + 0.3 + rng.exponential(0.7)) + (rng.random() < 0.05) * rng.exponential(10.0)
        if rng.random() < loss:
            lost += 1
        else:
            times.check(NOW + int(1e6 * last), 0)
    assert times.lost == pytest.approx(lost, rel=0.3 if loss < 0.5 else 0.05)
    assert times.rate_hz == pytest.approx(200, rel=0.02)


def test_stamps_without_a_grid_give_the_mean_rate_and_few_losses() -> None:
    """Only the mean step is known, and few frames are counted as lost."""
    rng = np.random.default_rng(0)
    times = StampMonitor()
    for stamp in np.cumsum(rng.exponential(STEP, 2000)):
        times.check(NOW + int(stamp), 0)
    assert times.rate_hz == pytest.approx(200, rel=0.3)
    assert times.lost < 500


def test_late_frames_are_not_counted_as_lost() -> None:
    """The process of the camera was delayed: three frames have late stamps, close to one another."""
    times = StampMonitor()
    last = steady(times, 40)
    for k in range(10):
        start = last + 50 * k * STEP
        for i in range(1, 47):
            times.check(start + i * STEP, 0)
        for late in (49.7, 49.8, 49.9, 50):
            times.check(start + int(late * STEP), 0)
    assert times.lost == 0


def test_losses_among_the_first_frames_are_counted_and_an_initial_burst_has_none() -> None:
    times, burst = StampMonitor(), StampMonitor()
    for i in (0, 1, 2, 5, 6, 7, 8, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22):
        times.check(NOW + i * STEP, 0)
    assert times.lost == 4
    for i in (9.47, 9.61, 9.83, 9.94, *range(10, 40)):
        burst.check(NOW + int(i * STEP), 0)
    assert burst.lost == 0


def test_a_camera_that_becomes_slower_loses_nothing() -> None:
    times = StampMonitor()
    last = steady(times, 200)
    for i in range(1, 301):
        times.check(last + 2 * i * STEP, 0)
    assert times.rate_hz == pytest.approx(100)
    assert times.lost < 64, "counted until the new rate is known"


def test_jitter_is_measured_despite_losses() -> None:
    assert StampMonitor().jitter_s == 0
    exact, shaky = StampMonitor(), StampMonitor()
    for times, jitter in ((exact, 0.0), (shaky, 0.1)):
        for stamp in stream(0.2, jitter)[0]:
            times.check(int(stamp), 0)
    assert exact.jitter_s < 1e-5
    # the step between two stamps has sqrt(2) of a stamp's sigma, and a normal's mean deviation 0.8 of sigma
    assert shaky.jitter_s == pytest.approx(0.1 * STEP * 1e-9 * np.sqrt(2) * 0.8, rel=0.3)


@pytest.mark.parametrize("pause_s", [1.2, 2.5, 60.0, 7200.0])
@pytest.mark.parametrize("rate_hz", [15.0, 30.0, 60.0, 200.0])
def test_fault_96_a_pause_of_the_camera_loses_no_frame_and_keeps_the_rate(
    rate_hz: float, pause_s: float
) -> None:
    times, now = StampMonitor(), NOW
    for _ in range(3):
        for i in range(200):
            assert times.check(now, 0).action is FrameAction.USE
            assert i < 5 and now < NOW + 10**9 or times.rate_hz == pytest.approx(rate_hz)
            now += round(1e9 / rate_hz)
        now += round(pause_s * 1e9)
    assert (times.lost, times.gaps) == (0, 2)


@pytest.mark.parametrize("loss", [0.0, 0.3, 0.75])
@pytest.mark.parametrize("seed", range(5))
def test_fault_96_frames_that_are_lost_beside_a_pause_are_counted(loss: float, seed: int) -> None:
    times = StampMonitor()
    before, lost_before = stream(loss, 0.03, seed)
    after, lost_after = stream(loss, 0.03, seed + 100)
    for stamp in (*before, *(after - NOW + before[-1] + 3 * 10**9)):
        times.check(int(stamp), 0)
    assert times.lost == pytest.approx(lost_before + lost_after, rel=0.01, abs=1)
    assert times.rate_hz == pytest.approx(200, rel=0.02)


@pytest.mark.parametrize("first", [1, 2, 3, 4, 5, 10, 15, 16, 17, 31, 33])
def test_fault_96_a_pause_among_the_first_frames_loses_none(first: int) -> None:
    """A driver sends some frames, initialises for three seconds, and sends the others."""
    times = StampMonitor()
    for i in range(first):
        times.check(NOW + i * STEP, 0)
    start = NOW + first * STEP + 3 * 10**9
    for i in range(100):
        times.check(start + i * STEP, 0)
    assert times.lost == 0 and times.rate_hz == pytest.approx(200)


def test_fault_96_a_camera_of_one_image_in_two_seconds_does_not_pause() -> None:
    times = StampMonitor()
    for i in range(60):
        if i != 40:
            times.check(NOW + i * 2 * 10**9, 0)
    assert times.lost == 1 and times.rate_hz == pytest.approx(0.5)


def test_an_outage_of_less_than_a_second_is_a_loss() -> None:
    times = StampMonitor()
    last = steady(times, 60)
    times.check(last + 180 * STEP, 0)
    assert times.lost == 179 and times.gaps == 1
