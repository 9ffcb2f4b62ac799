"""Expressions that the ordinary streams seldom show: the same timeline with other units, sides or ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from mer_ros.data.synthetic.dynamics import Dynamics
from mer_ros.data.synthetic.timeline import Timeline, TrueEvent
from mer_ros.face.facs import SIDES

ASYMMETRY = 0.74
"""|L - R| / (L + R): the median of real smiles."""

GOES_S, REST_S = 0.5, 0.4
"""An expression that stays goes in this time, and rests for that time before the next one."""

_OPEN_MOUTHS = (
    ("AU1", "AU2", "AU26"),
    ("AU6", "AU12", "AU25"),
    ("AU12", "AU25"),
    ("AU1", "AU2", "AU5", "AU26"),
)


def _with_units(event: TrueEvent, units: tuple[str, ...]) -> TrueEvent:
    """The event with other units, all of the same strength on both sides and without lags."""
    strengths = {unit + side: 1.0 for unit in units for side in SIDES}
    none = (0.0,) * len(units)
    return replace(
        event, units=units, strengths=strengths, dynamics=replace(event.dynamics, late=none, early=none)
    )


def open_mouth(timeline: Timeline) -> Timeline:
    """Surprise with a dropped jaw, and smiles that part the lips."""
    events = [_with_units(e, _OPEN_MOUTHS[k % len(_OPEN_MOUTHS)]) for k, e in enumerate(timeline.events)]
    return replace(timeline, events=tuple(events))


def asymmetric(timeline: Timeline) -> Timeline:
    """Every expression as uneven as real smiles are, on the right and on the left in turn."""
    sides = {True: (1 + ASYMMETRY) / 2, False: (1 - ASYMMETRY) / 2}
    events = []
    for k, event in enumerate(timeline.events):
        strong = SIDES[k % 2]
        strengths = {unit + side: 2 * sides[side == strong] for unit in event.units for side in SIDES}
        largest = max(strengths.values())
        events.append(replace(event, strengths={name: one / largest for name, one in strengths.items()}))
    return replace(timeline, events=tuple(events))


def staying(timeline: Timeline) -> Timeline:
    """Every expression stays at its peak until shortly before the next one."""
    events, next_s = [], [*(e.onset_s for e in timeline.events[1:]), timeline.duration_s]
    for event, until_s in zip(timeline.events, next_s, strict=True):
        rise_s, none = event.dynamics.rise_s, (0.0,) * len(event.units)
        offset_s = max(until_s - REST_S, event.offset_s)
        stays_s = max(offset_s - event.onset_s - rise_s - GOES_S, 0.0)
        dynamics = Dynamics(rise_s, stays_s, offset_s - event.onset_s - rise_s - stays_s, none, none)
        peak_s = event.onset_s + rise_s
        events.append(replace(event, dynamics=dynamics, apex_s=peak_s, offset_s=offset_s))
    return replace(timeline, events=tuple(events))


OPEN_MOUTH, NO_RETURN = "open mouth", "no return"

VARIANTS: dict[str, Callable[[Timeline], Timeline]] = {
    "": lambda timeline: timeline,
    OPEN_MOUTH: open_mouth,
    f"asymmetry {ASYMMETRY:g}": asymmetric,
    NO_RETURN: staying,
}
"""Variants by name."""
