"""Recording conditions of a clip: effects of head, light and camera in addition to the expressions."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mer_ros.errors import ConfigError


@dataclass(frozen=True)
class Conditions:
    """Everything in a rendered clip except the expressions. The defaults are those of the demo, a calm room.

    Head. sway_px: largest shift right and down, frame pixels for a face 150 px wide. approach: largest
    relative change of size. roll_deg, yaw_deg, pitch_deg: largest turns.
    Face, in events per minute. blinks: blinks. glances: jumps of the eyes by up to glance_px (frame pixels
    for a face 150 px wide). talks: bouts of speech with movements of up to talk_px. gestures: nods and shakes
    of the head by up to gesture_deg.
    Light. tone: 0 keeps the photograph, 1 gives each subject its own luminance. drift: largest relative slow
    change of light, half of it from the side. flicker: relative amplitude of mains flicker; mains_hz: its
    frequency, twice that of the mains.
    Camera. refocuses: pulses of the autofocus per minute. blur_px: Gaussian sigma of the lens. exposure: open
    time of the shutter as a share of the frame period, at most 20 ms. noise_sigma: standard deviation of the
    sensor noise, grey levels. jpeg: quality 1 to 100, 0 for no compression. dropped: share of lost frames,
    single or a few in a row. gap_s: range of the rest between two expressions, s, drawn uniformly.

    Raises ConfigError for values out of range.
    """

    sway_px: float = 3.0
    approach: float = 0.0
    roll_deg: float = 1.0
    yaw_deg: float = 2.5
    pitch_deg: float = 2.5
    blinks: float = 15.0
    glances: float = 0.0
    glance_px: float = 2.0
    talks: float = 0.0
    talk_px: float = 3.0
    gestures: float = 0.0
    gesture_deg: float = 4.0
    tone: float = 0.0
    drift: float = 0.0
    flicker: float = 0.0
    mains_hz: float = 100.0
    refocuses: float = 0.0
    blur_px: float = 0.0
    exposure: float = 0.0
    noise_sigma: float = 2.0
    jpeg: int = 0
    dropped: float = 0.0
    gap_s: tuple[float, float] = (0.9, 1.6)

    def __post_init__(self) -> None:
        """Raise ConfigError for values out of range."""
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            low = min(value) if isinstance(value, tuple) else value
            high = _HIGHEST.get(field.name, np.inf)
            if not (low >= 0 and np.isfinite(value).all() and np.max(value) <= high):
                wanted = f"0 to {high:g}" if np.isfinite(high) else "a number of 0 or more"
                raise ConfigError(f"the condition {field.name!r} of a clip is {value}: give {wanted}.")


_HIGHEST = {
    "approach": 0.2,
    "roll_deg": 30.0,
    "yaw_deg": 20.0,
    "pitch_deg": 20.0,
    "gesture_deg": 15.0,
    "talk_px": 5.0,
    "glance_px": 3.0,
    "drift": 0.8,
    "flicker": 0.5,
    "exposure": 1.0,
    "jpeg": 100,
    "dropped": 0.5,
}
"""Upper limits, beyond which the warp of one photograph no longer looks like a head."""

STILL = Conditions(sway_px=0, roll_deg=0, yaw_deg=0, pitch_deg=0, blinks=0, noise_sigma=0)
"""Expressions only."""

RANGES: dict[str, tuple[float, float]] = {
    "sway_px": (2.0, 8.0),
    "approach": (0.0, 0.03),
    "roll_deg": (0.5, 5.0),
    "yaw_deg": (1.0, 8.0),
    "pitch_deg": (1.0, 6.0),
    "blinks": (8.0, 25.0),
    "glances": (5.0, 30.0),
    "glance_px": (0.7, 2.5),
    "talks": (1.0, 6.0),
    "talk_px": (1.5, 4.0),
    "gestures": (0.5, 4.0),
    "gesture_deg": (2.0, 6.0),
    "tone": (1.0, 1.0),
    "drift": (0.0, 0.2),
    "flicker": (0.0, 0.03),
    "refocuses": (0.0, 3.0),
    "blur_px": (0.0, 0.8),
    "exposure": (0.2, 0.9),
    "noise_sigma": (1.0, 3.5),
    "jpeg": (75, 95),
    "dropped": (0.0, 0.02),
}
"""Ranges of the uniform distributions of `everyday`."""

MAINS_HZ = (100.0, 120.0)
JPEG_CHANCE = 0.5
EVERYDAY_GAP_S = (1.5, 4.0)


def everyday(seed: int) -> Conditions:
    """All nuisances together, with strengths drawn from this seed; a seed always gives the same."""
    rng = np.random.default_rng([seed, 0xC0D])
    drawn = {name: float(rng.uniform(*limits)) for name, limits in RANGES.items()}
    quality = round(drawn.pop("jpeg"))
    jpeg = quality if rng.uniform() < JPEG_CHANCE else 0
    mains = float(rng.choice(MAINS_HZ))
    return Conditions(**drawn, jpeg=jpeg, mains_hz=mains, gap_s=EVERYDAY_GAP_S)


def calm(seed: int) -> Conditions:
    """A calm room, the same for every seed."""
    return Conditions()


CONDITIONS: dict[str, Callable[[int], Conditions]] = {"calm": calm, "everyday": everyday}
"""The values of the camera's parameter ``conditions``, each with a function from seed to conditions."""
