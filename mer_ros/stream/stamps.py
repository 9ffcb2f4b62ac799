"""Checks the stamps of a camera, and measures its frame rate, lost frames and gaps from them.

The stamp of a frame is checked before its pixels are read. Durations are computed from stamps, so a wrong
stamp would distort every measured expression: such a frame is dropped and reported.
"""

from __future__ import annotations

import enum
from collections import deque
from dataclasses import dataclass

import numpy as np

from mer_ros.limits import MICRO_MIN_S, MIN_SAMPLES
from mer_ros.stream.period import estimate_period

_KEPT_STEPS = 64  # steps between stamps from which the period is estimated
_FIRST_ESTIMATE = 16  # steps before the period is used to count lost frames
_ESTIMATE_EVERY = 16  # steps between two estimates
_SETTLED_FRAMES = 8  # frames in time after which missing frames are counted as lost, not late
_MAX_LATE = 10  # periods, and frames in a row; beyond, the time went back
_MAX_MISSING = 8  # frames; if more are missing at once, they are counted as lost at once
_EARLY = 0.25  # of a period; a frame that is less early is jitter
_FEW_REPEATS = 0.1  # repeats per image up to which the stamps are on the grid of the camera
_MIN_STEPS_MEAN = 4
_PAUSE_PERIODS = 16
PAUSE_S = 1.0
"""A camera that sends nothing for longer, and for 16 periods, pauses: no frame is lost meanwhile."""

REASONS: tuple[str, ...] = ("zero_stamp", "same_stamp", "far_future", "late_frame")
"""All reasons for which a frame is dropped because of its stamp."""


class FrameAction(enum.Enum):
    """What to do with a frame."""

    USE = "use"
    DROP = "drop"
    RESET = "reset"  # reset all tracks, then use the frame
    REPEAT = "repeat"  # the image of the frame before: its result is valid for this frame too


@dataclass(frozen=True)
class FrameDecision:
    """What to do with a frame, and why.

    reason: the key under which the frame is counted. message: a sentence. Both are empty for a valid frame.
    """

    action: FrameAction
    reason: str = ""
    message: str = ""


class StampMonitor:
    """Checks the stamps of one camera, in order of arrival, and measures its rate.

    Check stamps in one thread; other threads may read the measured values.

    Parameters
    ----------
    max_ahead_s : largest advance of a stamp over this machine's clock, seconds.
    max_gap_s : longest pause between stamps that is not counted as a gap, seconds.

    Example: at 200 Hz, the fortieth frame is lost.

    >>> monitor = StampMonitor()
    >>> for i in range(100):
    ...     if i != 40:
    ...         decision = monitor.check(stamp_ns=(i + 1) * 5_000_000, now_ns=0)
    >>> decision.action, round(monitor.rate_hz), monitor.lost
    (<FrameAction.USE: 'use'>, 200, 1)
    """

    def __init__(self, max_ahead_s: float = 60.0, max_gap_s: float = 0.15) -> None:
        self._max_ahead_s = max_ahead_s
        self._max_gap_s = max_gap_s
        self._last_ns: int | None = None
        self._new_ns = 0  # stamp of the last image that was no repeat
        self._steps_s: deque[float] = deque(maxlen=_KEPT_STEPS)
        self._repeats: deque[int] = deque(maxlen=_KEPT_STEPS)  # in each step
        self._repeats_now = 0  # since the last image that was no repeat
        self._repeated = 0
        self._n_steps = 0  # since the start or the last jump back
        self._period_s: float | None = None  # None: to be estimated again
        self._previous_s = 0.0  # the last estimate
        self._missing = 0.0  # periods without a frame so far: the frames are late or lost
        self._in_time = 0  # frames since the last step longer than a period
        self._lost = self._lost_before = 0  # in all; up to the last jump back
        self._gaps = 0
        self._late_in_a_row = 0

    def check(self, stamp_ns: int, now_ns: int, repeated: bool = False) -> FrameDecision:
        """Check the stamp of the next frame, ns.

        now_ns: this machine's clock, ns; 0 if it is unknown. repeated: whether its image is that of the frame
        before; such a frame counts neither for the rate nor as lost.
        """
        if stamp_ns <= 0:
            return FrameDecision(
                FrameAction.DROP,
                "zero_stamp",
                "a frame has no stamp: configure the camera driver to set header.stamp.",
            )
        if now_ns and stamp_ns - now_ns > self._max_ahead_s * 1e9:
            return FrameDecision(
                FrameAction.DROP,
                "far_future",
                f"a frame is stamped {(stamp_ns - now_ns) * 1e-9:.0f} s ahead of this machine's clock: "
                "synchronise the clocks (NTP, PTP).",
            )
        last = self._last_ns
        if last is not None and stamp_ns < last and self._is_late((last - stamp_ns) * 1e-9):
            return FrameDecision(
                FrameAction.DROP,
                "late_frame",
                f"a frame arrived after one that is {(last - stamp_ns) * 1e-6:.0f} ms newer: it is dropped; "
                "check whether the driver or the network changes the order.",
            )
        self._last_ns, self._late_in_a_row = stamp_ns, 0
        if last is None:
            self._new_ns = stamp_ns
            return FrameDecision(FrameAction.USE)
        if stamp_ns == last:
            return FrameDecision(
                FrameAction.DROP, "same_stamp", "two frames have the same stamp: the second is dropped."
            )
        if stamp_ns < last:
            self._clear_steps(stamp_ns)
            return FrameDecision(
                FrameAction.RESET,
                "backwards",
                f"time went back by {(last - stamp_ns) * 1e-9:.3f} s (a bag that loops?): tracks are reset.",
            )
        if repeated:
            self._repeated += 1
            self._repeats_now += 1
            return FrameDecision(FrameAction.REPEAT)
        step_s = (stamp_ns - self._new_ns) * 1e-9
        if not self._repeats_now and is_pause(step_s, self.period_s):
            self._gaps += 1
            self._settle()
            self._clear_steps(stamp_ns)
            return FrameDecision(FrameAction.USE)
        self._add_step(step_s, self._repeats_now)
        self._new_ns, self._repeats_now = stamp_ns, 0
        return FrameDecision(FrameAction.USE)

    def _clear_steps(self, stamp_ns: int) -> None:
        """Begin again at a stamp, ns; the counts stay."""
        self._steps_s.clear()
        self._repeats.clear()
        self._new_ns, self._repeats_now = stamp_ns, 0
        self._period_s, self._n_steps = None, 0
        self._missing, self._in_time = 0.0, 0
        self._lost_before = self._lost

    def _is_late(self, back_s: float) -> bool:
        """Whether a frame that is older than the last one is late; otherwise the time went back.

        It is late by at most ten periods, with a quarter for jitter, and so are at most ten frames in a row.
        It is then counted under its reason, not as lost. back_s: its age relative to the last frame, seconds.
        """
        limit_s = (_MAX_LATE + _EARLY) * self.period_s or self._max_gap_s
        if back_s > limit_s or self._late_in_a_row >= _MAX_LATE:
            return False
        self._late_in_a_row += 1
        if self._missing >= 0.5:
            self._missing -= 1.0
        elif self._lost > self._lost_before:
            self._lost -= 1
        return True

    def _add_step(self, step_s: float, repeats: int) -> None:
        """Count the step to an image. repeats: number of repeats of the one before in the meantime."""
        if self._n_steps >= _FIRST_ESTIMATE:
            excess = step_s / self.period_s - 1
            self._count_missing(max(0.0, excess - repeats) if repeats else excess)
        if step_s > self._max_gap_s and not repeats:
            self._gaps += 1
        self._steps_s.append(step_s)
        self._repeats.append(repeats)
        self._n_steps += 1
        if self._n_steps <= _FIRST_ESTIMATE or self._n_steps % _ESTIMATE_EVERY == 0:
            self._period_s = None
        if self._n_steps % _ESTIMATE_EVERY == 0 and self._n_steps <= _KEPT_STEPS:
            self._count_first()

    def _count_first(self) -> None:
        """Count the frames missing among the first steps, over all of these steps.

        The first frames of a driver often arrive in a burst, and if most frames are lost, the first estimates
        of the period are wrong. A pause among them is left out.
        """
        middle_s = float(np.median(self._steps_s))
        if any(is_pause(step_s, middle_s) for step_s in self._steps_s):
            kept = [(s, n) for s, n in zip(self._steps_s, self._repeats) if not is_pause(s, middle_s)]
            self._steps_s.clear()
            self._repeats.clear()
            self._steps_s.extend(step_s for step_s, _ in kept)
            self._repeats.extend(n for _, n in kept)
            self._n_steps, self._period_s = len(kept), None
            return
        known = self._lost - self._lost_before + self._missing
        unknown = round(sum(self._steps_s) / self.period_s - self._n_steps - sum(self._repeats) - known)
        if unknown > (0 if self._n_steps == _FIRST_ESTIMATE else _MAX_MISSING):
            self._lost += unknown

    def _count_missing(self, excess: float) -> None:
        """Count a step. excess: its length minus one period, in periods.

        After a late frame, the next steps are shorter than a period and compensate for the long one; after a
        lost frame, they are not.
        """
        if excess > 0.5:
            self._missing += excess
            self._in_time = 0
        elif self._missing:
            self._missing += excess if excess < -_EARLY else 0.0
            self._in_time += 1
        if self._in_time >= _SETTLED_FRAMES or self._missing > _MAX_MISSING or self._missing < 0.5:
            self._settle()

    def _settle(self) -> None:
        """Count the frames that are missing as lost."""
        self._lost += round(self._missing) if self._missing >= 0.5 else 0
        self._missing, self._in_time = 0.0, 0

    @property
    def period_s(self) -> float:
        """Frame period of the camera, seconds; 0 before the fourth step. It is kept through pauses."""
        period_s = self._period_s  # read once: another thread may reset it
        if period_s is None:
            steps_s, repeats = list(self._steps_s), sum(list(self._repeats))
            if repeats > _FEW_REPEATS * len(steps_s) and len(steps_s) >= _MIN_STEPS_MEAN:
                period_s = sum(steps_s) / len(steps_s)  # the grid of the stamps is not that of the images
            else:
                period_s = estimate_period(steps_s, self._previous_s) or self._previous_s
            self._period_s = self._previous_s = period_s
        return period_s

    @property
    def jitter_s(self) -> float:
        """Mean deviation of the last steps from multiples of the period, seconds; 0 if unknown."""
        period_s, steps_s = self.period_s, list(self._steps_s)
        if not period_s or not steps_s:
            return 0.0
        return sum(abs(s - max(round(s / period_s), 1) * period_s) for s in steps_s) / len(steps_s)

    @property
    def rate_hz(self) -> float:
        """Measured frame rate, Hz; 0 if unknown."""
        period_s = self.period_s
        return 1.0 / period_s if period_s else 0.0

    @property
    def lost(self) -> int:
        """Number of frames missing between the stamps: lost in transport or never sent."""
        return self._lost

    @property
    def repeated(self) -> int:
        """Number of frames whose image is that of the frame before."""
        return self._repeated

    @property
    def gaps(self) -> int:
        """Number of pauses longer than ``max_gap_s``."""
        return self._gaps


def is_pause(step_s: float, period_s: float) -> bool:
    """Whether a step between two stamps is a pause of the camera. period_s: frame period, 0 if unknown."""
    return period_s > 0 and step_s > max(PAUSE_S, _PAUSE_PERIODS * period_s)


def shortest_event_s(rate_hz: float) -> float:
    """Duration of the shortest expression that a camera of this frame rate resolves, seconds."""
    return MIN_SAMPLES / rate_hz


def describe_rate(rate_hz: float) -> str:
    """Sentence on the shortest expression that a camera of this frame rate resolves.

    >>> describe_rate(30.0)
    '30 Hz resolves expressions of 133 ms and longer; shorter ones are not reported (65 ms need 62 Hz)'
    """
    if rate_hz <= 0:
        return "the frame rate is not measured, so the shortest event is unknown"
    shortest_ms = 1000 * shortest_event_s(rate_hz)
    if shortest_ms <= 1000 * MICRO_MIN_S:
        return f"{rate_hz:.0f} Hz resolves every micro-expression (65 ms and longer)"
    needed = MIN_SAMPLES / MICRO_MIN_S
    return (
        f"{rate_hz:.0f} Hz resolves expressions of {shortest_ms:.0f} ms and longer; "
        f"shorter ones are not reported (65 ms need {needed:.0f} Hz)"
    )
