"""What happens in a demo clip, and when: expressions, blinks and head motion, as functions of time.

Nothing here knows pictures or frame rates: a seed tells the same story at 30 and at 200 frames a second.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from mer_ros.data.synthetic.flow_samples import draw_strengths
from mer_ros.data.synthetic.subject import Subject
from mer_ros.errors import ConfigError
from mer_ros.types import EMOTIONS, Kind

NEUTRAL_START_S, NEUTRAL_END_S = 2.0, 1.5
GAP_S = (0.9, 1.6)
"""Neutral time between two expressions."""

MICRO_S, MACRO_S = (0.15, 0.45), (0.7, 1.2)
"""Onset to offset; the subject's tempo stretches it within these ranges."""

MACRO_AMPLITUDE = 1.5
"""A macro-expression moves this much more than a micro-expression."""

ONSET_SHARE, PLATEAU_SHARE = (0.30, 0.42), (0.06, 0.14)
"""Of an expression's duration: rise, and time at the peak. The rest is decay, longer than the rise."""

BLINK_S = (0.15, 0.25)
BLINK_IN_GAP, BLINK_BESIDE = 0.5, 0.2
"""Chance of a blink in the middle of a gap, and of one right before or after an expression."""
BESIDE_S = (0.02, 0.12)

SWAY_HZ = (0.08, 0.35)
"""Frequencies of head motion."""


@dataclass(frozen=True)
class TrueEvent:
    """One scripted expression.

    onset_s, apex_s, offset_s: seconds from the clip's start; the apex is the middle of the peak.
    emotion: one of ``EMOTIONS``. units: its action units. kind: micro or macro, by duration.
    strengths: relative strength of each unit and side ("AU12R"). gain: factor of the clip's amplitude.
    """

    onset_s: float
    apex_s: float
    offset_s: float
    emotion: str
    units: tuple[str, ...]
    kind: Kind
    strengths: dict[str, float] = field(repr=False)
    gain: float = 1.0
    plateau_s: float = 0.0

    def level(self, time_s: float) -> float:
        """0 at rest, 1 at the peak, smooth between."""
        if not self.onset_s < time_s < self.offset_s:
            return 0.0
        rise_end, decay_start = self.apex_s - self.plateau_s / 2, self.apex_s + self.plateau_s / 2
        if time_s < rise_end:
            return _ease((time_s - self.onset_s) / (rise_end - self.onset_s))
        if time_s > decay_start:
            return _ease((self.offset_s - time_s) / (self.offset_s - decay_start))
        return 1.0


@dataclass(frozen=True)
class Blink:
    """A blink: closes in a third of its time, opens in the rest. depth: 1 is a closed eye."""

    start_s: float
    duration_s: float
    depth: float

    def closure(self, time_s: float) -> float:
        """0 open, 1 closed."""
        t = (time_s - self.start_s) / self.duration_s
        if not 0 < t < 1:
            return 0.0
        return self.depth * (_ease(t * 3) if t < 1 / 3 else _ease((1 - t) * 1.5))


@dataclass(frozen=True)
class Sway:
    """Slow head motion, at most 1 in size: three sines with slowly beating frequencies."""

    rate_hz: tuple[float, ...]
    phase: tuple[float, ...]
    share: tuple[float, ...]

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Sway:
        """A random one."""
        share = rng.dirichlet(np.full(3, 4.0))
        return cls(tuple(rng.uniform(*SWAY_HZ, 3)), tuple(rng.uniform(0, 2 * np.pi, 3)), tuple(share))

    def at(self, time_s: float) -> float:
        """Value at a time, -1..1."""
        waves = zip(self.rate_hz, self.phase, self.share, strict=True)
        return float(sum(a * np.sin(2 * np.pi * f * time_s + p) for f, p, a in waves))


@dataclass(frozen=True)
class Timeline:
    """The script. sway: right, down, roll, yaw, pitch."""

    events: tuple[TrueEvent, ...]
    blinks: tuple[Blink, ...]
    sway: tuple[Sway, Sway, Sway, Sway, Sway]
    duration_s: float

    def event_at(self, time_s: float) -> int | None:
        """Index of the expression that moves at a time."""
        for k, event in enumerate(self.events):
            if event.onset_s < time_s < event.offset_s:
                return k
        return None

    def closure_at(self, time_s: float) -> float:
        """How far the eyes are closed by blinks, 0..1."""
        return max((blink.closure(time_s) for blink in self.blinks), default=0.0)


def make_timeline(seed: int, subject: Subject, n_events: int) -> Timeline:
    """The script of a seed: all seven emotions in turn, order shuffled, one macro-expression in ten or so."""
    if n_events < 1:
        raise ConfigError(f"a clip needs at least 1 expression, found n_events={n_events}: ask for more")
    rng = np.random.default_rng([seed, 0x71])
    rounds = -(-n_events // len(EMOTIONS))
    order = np.concatenate([rng.permutation(EMOTIONS) for _ in range(rounds)])[:n_events]
    rng.shuffle(order)
    n_macro = int(rng.integers(1, 3)) if n_events >= 10 else 0
    macro = set(rng.choice(n_events, n_macro, replace=False).tolist())
    events: list[TrueEvent] = []
    blinks: list[Blink] = []
    time_s = NEUTRAL_START_S
    for k, emotion in enumerate(order):
        event = _draw_event(str(emotion), time_s, k in macro, subject, rng)
        events.append(event)
        gap_s = float(rng.uniform(*GAP_S)) if k + 1 < n_events else NEUTRAL_END_S
        blinks += _draw_blinks(event, gap_s, rng)
        time_s = event.offset_s + gap_s
    sway = tuple(Sway.draw(rng) for _ in range(5))
    return Timeline(tuple(events), tuple(blinks), sway, time_s)  # type: ignore[arg-type]


def _draw_event(
    emotion: str, onset_s: float, macro: bool, subject: Subject, rng: np.random.Generator
) -> TrueEvent:
    shortest, longest = MACRO_S if macro else MICRO_S
    duration = float(np.clip(rng.uniform(shortest, longest) * subject.tempo, shortest, longest))
    rise = duration * rng.uniform(*ONSET_SHARE)
    plateau = duration * rng.uniform(*PLATEAU_SHARE)
    recipe, strengths = draw_strengths(emotion, rng, typical=True)
    return TrueEvent(
        onset_s=onset_s,
        apex_s=float(onset_s + rise + plateau / 2),
        offset_s=onset_s + duration,
        emotion=emotion,
        units=recipe.units,
        kind=Kind.from_duration(duration),
        strengths=strengths,
        gain=MACRO_AMPLITUDE if macro else 1.0,
        plateau_s=float(plateau),
    )


def _draw_blinks(event: TrueEvent, gap_s: float, rng: np.random.Generator) -> list[Blink]:
    """Blinks right beside an expression and in the middle of the gap after it; none during one."""
    found = []
    if rng.uniform() < BLINK_BESIDE:
        duration, apart = rng.uniform(*BLINK_S), rng.uniform(*BESIDE_S)
        start = event.onset_s - apart - duration if rng.uniform() < 0.5 else event.offset_s + apart
        found.append(Blink(float(start), float(duration), float(rng.uniform(0.85, 1.0))))
    elif rng.uniform() < BLINK_IN_GAP:
        duration = rng.uniform(*BLINK_S)
        start = event.offset_s + gap_s / 2 + rng.uniform(-0.1, 0.1) - duration / 2
        found.append(Blink(float(start), float(duration), float(rng.uniform(0.85, 1.0))))
    return found


def _ease(t: float) -> float:
    """0 to 1 with no speed at both ends."""
    t = min(max(t, 0.0), 1.0)
    return t * t * (3 - 2 * t)
