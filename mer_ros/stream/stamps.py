"""What the stamps of a camera tell: its rate, lost frames, gaps, and what such a camera can show.

A frame is judged by its stamp before it is looked at. Durations come from stamps, so a wrong stamp would
bend every measured expression; it is better to drop the frame and say so.
"""

from __future__ import annotations

import enum
from collections import deque
from dataclasses import dataclass

from mer_ros.limits import MICRO_MIN_S, MIN_SAMPLES
from mer_ros.stream.period import period_of

_SETTLED = 8  # frames after which what is missing will not come any more
_FIRST = _RENEWED = 16  # steps until the period is believed, and until it is found anew
_KEPT = 64  # steps that it is found by
_EARLY = 0.25  # of a period: jitter alone comes to less

REASONS: tuple[str, ...] = ("zero_stamp", "same_stamp", "far_future")
"""Every reason for which a frame is dropped by its stamp."""


class Judgement(enum.Enum):
    """What to do with a frame."""

    USE = "use"
    DROP = "drop"
    RESET = "reset"  # forget the past, then use the frame


@dataclass(frozen=True)
class Verdict:
    """A judgement with its reason (a word to count by) and a sentence; both empty for a good frame."""

    judgement: Judgement
    reason: str = ""
    sentence: str = ""


class FrameTimes:
    """Judges the stamps of one camera, in order of arrival, and measures its rate.

    Parameters
    ----------
    max_ahead_s : how far a stamp may be ahead of this machine's clock.
    max_gap_s : a longer pause is counted as a gap; the watcher discards the windows that hold one.
    """

    def __init__(self, max_ahead_s: float = 60.0, max_gap_s: float = 0.15) -> None:
        self._max_ahead_s = max_ahead_s
        self._max_gap_s = max_gap_s
        self._last_ns: int | None = None
        self._periods_s: deque[float] = deque(maxlen=_KEPT)
        self._period_s: float | None = None
        self._known_s = 0.0
        self._missing = 0.0  # periods in which no frame came, unless the next ones come early
        self._since = 0  # frames since the last that was late
        self._steps = 0
        self._lost = self._lost_before = 0  # before: until time last went back
        self._gaps = 0

    def judge(self, stamp_ns: int, now_ns: int) -> Verdict:
        """Judge the next frame. now_ns: this machine's clock, 0 if it has none."""
        if stamp_ns <= 0:
            return Verdict(
                Judgement.DROP,
                "zero_stamp",
                "a frame without a stamp: let the camera driver set header.stamp.",
            )
        if now_ns and stamp_ns - now_ns > self._max_ahead_s * 1e9:
            return Verdict(
                Judgement.DROP,
                "far_future",
                f"a frame is stamped {(stamp_ns - now_ns) * 1e-9:.0f} s ahead of this machine's clock: "
                "set the clocks alike (NTP, PTP).",
            )
        last, self._last_ns = self._last_ns, stamp_ns
        if last is None:
            return Verdict(Judgement.USE)
        if stamp_ns == last:
            return Verdict(
                Judgement.DROP, "same_stamp", "two frames with the same stamp: the second is dropped."
            )
        if stamp_ns < last:
            self._periods_s.clear()
            self._period_s, self._steps = None, 0
            self._missing, self._since = 0.0, 0
            self._lost_before = self._lost
            return Verdict(
                Judgement.RESET,
                "backwards",
                f"time went back by {(last - stamp_ns) * 1e-9:.3f} s (a bag that loops?): tracks start anew.",
            )
        return self._after_step((stamp_ns - last) * 1e-9)

    def _after_step(self, step_s: float) -> Verdict:
        if self._steps >= _FIRST:
            self._count_missing(step_s / self.period_s - 1)
        if step_s > self._max_gap_s:
            self._gaps += 1
        self._periods_s.append(step_s)
        self._steps += 1
        if self._steps <= _FIRST or self._steps % _RENEWED == 0:
            self._period_s = None  # to be found anew
        if self._steps % _RENEWED == 0 and self._steps <= _KEPT:
            self._count_first()
        return Verdict(Judgement.USE)

    def _count_first(self) -> None:
        """Take the first steps as a whole: a driver's first pictures often come in a burst, and where most
        are lost the period is not known at once.
        """
        known = self._lost - self._lost_before + self._missing
        unknown = round(sum(self._periods_s) / self.period_s - self._steps - known)
        if unknown > (0 if self._steps == _FIRST else _SETTLED):
            self._lost += unknown

    def _count_missing(self, excess: float) -> None:
        """Take how many periods a step was too long. A frame that was only late is followed by early ones."""
        if excess > 0.5:
            self._missing += excess
            self._since = 0
        elif self._missing:
            self._missing += excess if excess < -_EARLY else 0.0
            self._since += 1
        if self._since >= _SETTLED or self._missing > _SETTLED or self._missing < 0.5:
            self._lost += round(self._missing) if self._missing >= 0.5 else 0
            self._missing, self._since = 0.0, 0

    @property
    def period_s(self) -> float:
        """Time between frames as the camera sends them, 0 until four are known; see ``period_of``."""
        period_s = self._period_s
        if period_s is None:  # frames are judged in one thread and asked about in another
            period_s = self._period_s = period_of(list(self._periods_s), self._known_s)
            self._known_s = period_s
        return period_s

    @property
    def jitter_s(self) -> float:
        """Mean deviation of the last steps between stamps from whole periods, 0 until known."""
        period_s, steps_s = self.period_s, list(self._periods_s)
        if not period_s or not steps_s:
            return 0.0
        return sum(abs(s - max(round(s / period_s), 1) * period_s) for s in steps_s) / len(steps_s)

    @property
    def rate_hz(self) -> float:
        """Measured frame rate, 0 until known."""
        period_s = self.period_s
        return 1.0 / period_s if period_s else 0.0

    @property
    def lost(self) -> int:
        """Frames that are missing by the stamps: lost on the way or never sent."""
        return self._lost

    @property
    def gaps(self) -> int:
        """Pauses longer than max_gap_s."""
        return self._gaps


def shortest_event_s(rate_hz: float) -> float:
    """The shortest expression that a camera of this rate resolves."""
    return MIN_SAMPLES / rate_hz


def fitness(rate_hz: float) -> str:
    """In words: what a camera of this rate can and cannot show."""
    if rate_hz <= 0:
        return "unknown: no rate measured yet"
    shortest_ms = 1000 * shortest_event_s(rate_hz)
    if shortest_ms <= 1000 * MICRO_MIN_S:
        return f"{rate_hz:.0f} Hz resolves every micro-expression (65 ms and longer)"
    needed = MIN_SAMPLES / MICRO_MIN_S
    return (
        f"{rate_hz:.0f} Hz resolves expressions of {shortest_ms:.0f} ms and longer; "
        f"shorter ones cannot be seen: 65 ms needs {needed:.0f} Hz"
    )
