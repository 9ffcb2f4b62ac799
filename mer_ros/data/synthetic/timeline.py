"""The timeline of a clip: expressions, nuisances and head motion as functions of time.

It does not depend on images or frame rate: a seed gives the same events at 30 and at 200 fps.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from mer_ros.data.synthetic.conditions import Conditions
from mer_ros.data.synthetic.dynamics import Dynamics, draw_dynamics
from mer_ros.data.synthetic.flow_samples import draw_strengths
from mer_ros.data.synthetic.nuisances import Nuisances, draw_nuisances
from mer_ros.data.synthetic.subject import Subject
from mer_ros.errors import ConfigError
from mer_ros.types import EMOTIONS, Kind

NEUTRAL_START_S, NEUTRAL_END_S = 2.0, 1.5
"""Rest before the first and after the last expression."""

MICRO_S, MACRO_S = (0.15, 0.45), (0.7, 1.2)
"""Ranges of the time from onset to offset; the subject's tempo scales it within these ranges."""

MACRO_AMPLITUDE = 1.5
"""Amplitude of a macro-expression relative to a micro-expression."""

SWAY_HZ = (0.08, 0.35)
"""Range of the frequencies of slow head motion and of the drift of light."""


@dataclass(frozen=True)
class TrueEvent:
    """One expression of a timeline.

    onset_s, apex_s, offset_s: times from the start of the clip; the apex is the middle of the peak.
    emotion: one of ``EMOTIONS``. units: its action units. kind: micro or macro, by duration.
    strengths: relative strength of each unit and side ("AU12R"). dynamics: levels of the units over time.
    gain: factor of the amplitude of the clip.
    """

    onset_s: float
    apex_s: float
    offset_s: float
    emotion: str
    units: tuple[str, ...]
    kind: Kind
    strengths: dict[str, float] = field(repr=False)
    dynamics: Dynamics = field(repr=False)
    gain: float = 1.0

    def levels(self, time_s: float) -> dict[str, float]:
        """Level of each unit at a time, 0 at rest to 1 at the peak."""
        levels = self.dynamics.levels(time_s - self.onset_s)
        return dict(zip(self.units, levels.tolist(), strict=True))


@dataclass(frozen=True)
class Sway:
    """Slow motion within -1..1: a sum of three sines.

    rate_hz, phase, share: frequency, phase in rad and amplitude of each; the amplitudes sum to 1.
    """

    rate_hz: tuple[float, ...]
    phase: tuple[float, ...]
    share: tuple[float, ...]

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Sway:
        """Random frequencies, phases and amplitudes."""
        share = rng.dirichlet(np.full(3, 4.0))
        return cls(tuple(rng.uniform(*SWAY_HZ, 3)), tuple(rng.uniform(0, 2 * np.pi, 3)), tuple(share))

    def at(self, time_s: float) -> float:
        """Value at a time, -1..1."""
        waves = zip(self.rate_hz, self.phase, self.share, strict=True)
        return float(sum(a * np.sin(2 * np.pi * f * time_s + p) for f, p, a in waves))


@dataclass(frozen=True)
class Timeline:
    """Expressions, nuisances and slow motion of a clip.

    sway: motion right, down, roll, yaw, pitch and approach. light: drift of the light from the front and from
    the side.
    """

    events: tuple[TrueEvent, ...]
    nuisances: Nuisances
    sway: tuple[Sway, ...]
    light: tuple[Sway, Sway]
    duration_s: float

    def event_at(self, time_s: float) -> int | None:
        """Index of the expression at a time; None if there is none."""
        for k, event in enumerate(self.events):
            if event.onset_s < time_s < event.offset_s:
                return k
        return None


def make_timeline(
    seed: int,
    subject: Subject,
    n_events: int,
    conditions: Conditions,
    typical: bool = True,
    duration_s: float | None = None,
) -> Timeline:
    """The timeline of a seed: all seven emotions in random order, about one macro-expression in ten.

    subject: its tempo scales the durations; recipes and sides are those of its version of the generator.
    typical: only recipes that identify their emotion. duration_s: length of a clip without expressions.
    Raises ConfigError for numbers out of range.
    """
    if n_events < 0 or (n_events == 0) == (duration_s is None):
        raise ConfigError(
            "a clip needs at least 1 expression, or none and a duration, found "
            f"n_events={n_events}, duration_s={duration_s}: set one of the two"
        )
    if duration_s is not None and not 1 <= duration_s <= 36_000:
        raise ConfigError(f"a clip lasts 1 to 36000 s, found duration_s={duration_s}: choose another")
    rng = np.random.default_rng([seed, 0x71])
    rounds = -(-n_events // len(EMOTIONS))
    order = [emotion for _ in range(rounds) for emotion in rng.permutation(EMOTIONS)][:n_events]
    rng.shuffle(order)
    n_macro = max(1, round(n_events * rng.uniform(0.07, 0.14))) if n_events >= 10 else 0
    macro = set(rng.choice(n_events, n_macro, replace=False).tolist()) if n_macro else set()
    events: list[TrueEvent] = []
    time_s = NEUTRAL_START_S
    for k, emotion in enumerate(order):
        event = _draw_event(str(emotion), time_s, k in macro, subject, typical, rng)
        events.append(event)
        time_s = event.offset_s
        time_s += float(rng.uniform(*conditions.gap_s)) if k + 1 < n_events else NEUTRAL_END_S
    length = time_s if duration_s is None else float(duration_s)
    busy = [(event.onset_s, event.offset_s) for event in events]
    return Timeline(
        events=tuple(events),
        nuisances=draw_nuisances(conditions, length, busy, np.random.default_rng([seed, 0x72])),
        sway=tuple(Sway.draw(rng) for _ in range(6)),
        light=(Sway.draw(rng), Sway.draw(rng)),
        duration_s=length,
    )


def _draw_event(
    emotion: str, onset_s: float, macro: bool, subject: Subject, typical: bool, rng: np.random.Generator
) -> TrueEvent:
    shortest, longest = MACRO_S if macro else MICRO_S
    duration = float(np.clip(rng.uniform(shortest, longest) * subject.tempo, shortest, longest))
    recipe, strengths = draw_strengths(emotion, rng, typical, subject.version)
    dynamics = draw_dynamics(duration, len(recipe.units), rng)
    return TrueEvent(
        onset_s=onset_s,
        apex_s=onset_s + dynamics.apex_s,
        offset_s=onset_s + duration,
        emotion=emotion,
        units=recipe.units,
        kind=Kind.from_duration(duration),
        strengths=strengths,
        dynamics=dynamics,
        gain=MACRO_AMPLITUDE if macro else 1.0,
    )
