"""Nuisances over time: blinks, glances, speech and gestures of a person, and the autofocus of the camera."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from mer_ros.data.synthetic.conditions import Conditions
from mer_ros.data.synthetic.dynamics import ease

BLINK_S, BLINK_DEPTH = (0.15, 0.25), (0.85, 1.0)
BLINK_BESIDE, BESIDE_S = 0.2, (0.02, 0.12)
"""Probability of a blink just before or after an expression, and range of the time between the two."""

SACCADE_S, LOOK_S = (0.03, 0.06), (0.25, 1.5)
"""Duration of a jump of the eyes, and time until they jump back."""
LID_FOLLOWS = 0.4
"""Share of the vertical jump of the eye by which the upper lid moves."""

TALK_S, SYLLABLE_HZ = (0.8, 2.5), (3.0, 6.0)
TALK_UNITS = ("AU26", "AU25", "AU20", "AU23", "AU17", "AU10")
TALK_SHARES = (1.0, 0.8, 0.45, 0.45, 0.35, 0.3)
"""Largest level of each unit in a syllable."""

GESTURE_HZ, GESTURE_CYCLES = (0.8, 2.0), (1, 3)
SHAKE_CHANCE = 0.35

REFOCUS_S, REFOCUS_BLUR_PX, BREATHING = (0.25, 0.7), (0.8, 2.5), 0.004
"""Autofocus pulse: duration, largest blur (Gaussian sigma) and relative change of picture size."""

CLEAR_S = 0.15
"""Minimum time between expressions and speech, gestures or blinks, except blinks just beside one."""


@dataclass(frozen=True)
class Span:
    """An interval of time. start_s: time from the start of the clip."""

    start_s: float
    duration_s: float

    @property
    def end_s(self) -> float:
        """End of the interval."""
        return self.start_s + self.duration_s


@dataclass(frozen=True)
class Blink(Span):
    """A blink: closes in a third of its duration, opens in the rest. depth: 1 for a closed eye."""

    depth: float

    def closure(self, time_s: float) -> float:
        """Closure of the eyes at a time, 0 open to 1 closed."""
        t = (time_s - self.start_s) / self.duration_s
        return float(self.depth * ease(min(t * 3, (1 - t) * 1.5)))


@dataclass(frozen=True)
class Glance(Span):
    """A jump of the eyes and back. right, down: size, -1..1. jump_s: duration of each jump."""

    right: float
    down: float
    jump_s: float

    def level(self, time_s: float) -> float:
        """Level at a time, 0 straight ahead to 1 at the target."""
        since, left = time_s - self.start_s, self.end_s - time_s
        return float(ease(min(since, left) / self.jump_s))


@dataclass(frozen=True)
class Talk(Span):
    """A bout of speech.

    at_s, width_s: (S,) middle and half width of each syllable. shares: (S, U) levels of ``TALK_UNITS``.
    """

    at_s: tuple[float, ...]
    width_s: tuple[float, ...]
    shares: tuple[tuple[float, ...], ...]

    def levels(self, time_s: float) -> NDArray[np.float64]:
        """(U,) levels of ``TALK_UNITS`` at a time."""
        distance = np.abs(time_s - np.asarray(self.at_s)) / np.asarray(self.width_s)
        return np.asarray(ease(1 - distance) @ np.asarray(self.shares))


@dataclass(frozen=True)
class Gesture(Span):
    """A nod or a shake of the head. rate_hz: frequency of the swing. size: its amplitude, -1..1."""

    shake: bool
    rate_hz: float
    size: float

    def swing(self, time_s: float) -> float:
        """Turn at a time, -1..1, 0 at the start and the end."""
        t = time_s - self.start_s
        if not 0 < t < self.duration_s:
            return 0.0
        window = float(ease(2 * min(t, self.duration_s - t) / self.duration_s))
        return self.size * window * float(np.sin(2 * np.pi * self.rate_hz * t))


@dataclass(frozen=True)
class Refocus(Span):
    """A focus search of the camera. blur_px: largest blur. growth: largest relative change of size."""

    blur_px: float
    growth: float

    def level(self, time_s: float) -> float:
        """Level at a time, 0 in focus to 1 at the largest blur."""
        t = (time_s - self.start_s) / self.duration_s
        return float(ease(2 * min(t, 1 - t)))


@dataclass(frozen=True)
class Nuisances:
    """All nuisances of a clip, each kind in order of time."""

    blinks: tuple[Blink, ...] = ()
    glances: tuple[Glance, ...] = ()
    talks: tuple[Talk, ...] = ()
    gestures: tuple[Gesture, ...] = ()
    refocuses: tuple[Refocus, ...] = ()


def draw_nuisances(
    conditions: Conditions, duration_s: float, busy: list[tuple[float, float]], rng: np.random.Generator
) -> Nuisances:
    """Random nuisances at the rates of the conditions. busy: (start, end) of each expression, s."""
    clear = [(start - CLEAR_S, end + CLEAR_S) for start, end in busy]
    beside = [_blink_beside(start, end, rng) for start, end in busy if rng.uniform() < BLINK_BESIDE]
    beside = beside if conditions.blinks else []
    taken = clear + [(blink.start_s, blink.end_s) for blink in beside]
    blinks = _scatter(_blink, conditions.blinks, duration_s, taken, rng)
    return Nuisances(
        blinks=tuple(sorted(beside + blinks, key=lambda blink: blink.start_s)),
        glances=tuple(_scatter(_glance, conditions.glances, duration_s, [], rng)),
        talks=tuple(_scatter(_talk, conditions.talks, duration_s, clear, rng)),
        gestures=tuple(_scatter(_gesture, conditions.gestures, duration_s, clear, rng)),
        refocuses=tuple(_scatter(_refocus, conditions.refocuses, duration_s, [], rng)),
    )


_S = TypeVar("_S", bound=Span)
_TRIES = 8
_MARGIN_S = 0.3  # minimum time between a nuisance and the start or end of the clip


def _scatter(
    draw: Callable[[float, np.random.Generator], _S],
    per_minute: float,
    duration_s: float,
    taken: list[tuple[float, float]],
    rng: np.random.Generator,
) -> list[_S]:
    """A Poisson-distributed number at uniform times, without overlap with ``taken`` or each other."""
    found: list[_S] = []
    for _ in range(rng.poisson(per_minute * duration_s / 60)):
        for start_s in rng.uniform(_MARGIN_S, duration_s, _TRIES):
            one = draw(float(start_s), rng)
            beyond = one.end_s > duration_s - _MARGIN_S
            held = taken + [(other.start_s, other.end_s) for other in found]
            if not beyond and not any(one.start_s < end and start < one.end_s for start, end in held):
                found.append(one)
                break
    return sorted(found, key=lambda one: one.start_s)


def _blink(start_s: float, rng: np.random.Generator) -> Blink:
    return Blink(start_s, float(rng.uniform(*BLINK_S)), float(rng.uniform(*BLINK_DEPTH)))


def _blink_beside(onset_s: float, offset_s: float, rng: np.random.Generator) -> Blink:
    duration, apart = float(rng.uniform(*BLINK_S)), float(rng.uniform(*BESIDE_S))
    start = onset_s - apart - duration if rng.uniform() < 0.5 else offset_s + apart
    return Blink(start, duration, float(rng.uniform(*BLINK_DEPTH)))


def _glance(start_s: float, rng: np.random.Generator) -> Glance:
    jump = float(rng.uniform(*SACCADE_S))
    angle, size = rng.uniform(0, 2 * np.pi), rng.uniform(0.4, 1.0)
    right, down = float(size * np.cos(angle)), float(0.6 * size * np.sin(angle))
    return Glance(start_s, 2 * jump + float(rng.uniform(*LOOK_S)), right, down, jump)


def _talk(start_s: float, rng: np.random.Generator) -> Talk:
    duration = float(rng.uniform(*TALK_S))
    rate = rng.uniform(*SYLLABLE_HZ)
    at, width, shares = [], [], []
    time = start_s + 0.5 / rate
    while time + 0.5 / rate < start_s + duration:
        half = rng.uniform(0.35, 0.55) / rate
        at.append(float(time))
        width.append(float(half))
        shares.append(tuple((rng.uniform(0, 1, len(TALK_UNITS)) * TALK_SHARES).tolist()))
        time += rng.uniform(0.8, 1.25) / rate
    return Talk(start_s, duration, tuple(at), tuple(width), tuple(shares))


def _gesture(start_s: float, rng: np.random.Generator) -> Gesture:
    rate = float(rng.uniform(*GESTURE_HZ))
    cycles = int(rng.integers(GESTURE_CYCLES[0], GESTURE_CYCLES[1] + 1))
    size = float(rng.uniform(0.4, 1.0) * rng.choice([-1, 1]))
    return Gesture(start_s, cycles / rate, bool(rng.uniform() < SHAKE_CHANCE), rate, size)


def _refocus(start_s: float, rng: np.random.Generator) -> Refocus:
    growth = float(BREATHING * rng.uniform(0.3, 1.0) * rng.choice([-1, 1]))
    return Refocus(start_s, float(rng.uniform(*REFOCUS_S)), float(rng.uniform(*REFOCUS_BLUR_PX)), growth)
