"""Colours of a sculpted subject: skin, hair, eyes, clothes, wall and light, drawn from its number.

Nothing of it is the copy of a person: skin, hair and iris are mixed from tables over the human range, with
shares that follow the traits of the identity.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from mer_ros.data.synthetic.heads.sculpted import ANCESTRIES, Traits, traits

Hair = Literal["none", "cropped", "short", "long"]

SKIN_RGB = ((244, 216, 200), (234, 196, 172), (214, 170, 138), (178, 130, 98), (128, 86, 63), (80, 53, 42))
"""Skin from the least to the most melanin, sRGB."""

MELANIN = {"african": 0.82, "asian": 0.34, "caucasian": 0.14}
MELANIN_SIGMA = 0.11
"""Mean place in SKIN_RGB (0..1) for each ancestry, and standard deviation."""

HAIR_RGB = {
    "black": (30, 25, 23),
    "dark brown": (50, 35, 27),
    "brown": (84, 58, 39),
    "blond": (158, 124, 82),
    "red": (122, 66, 38),
    "grey": (150, 146, 141),
}
IRIS_RGB = {"brown": (78, 48, 27), "hazel": (104, 80, 44), "green": (98, 112, 82), "blue": (98, 128, 156)}

GREY_FROM = 0.45
"""Share of age from which hair turns grey."""

LIGHT_SIDE, LIGHT_UP = (0.15, 0.7), (0.25, 0.75)
"""Ranges of the direction of the light, to either side and up, relative to its part towards the face."""


@dataclass(frozen=True)
class Looks:
    """One subject. Colours are (3,) linear light, BGR, 0..1.

    blotches, redness, freckles, wrinkles, stubble, beard, density: strengths, 0..1; stubble is a shade,
    a beard has hair, density is that of the brows. moles: number. hair: its cut.
    forehead: how much higher than average the hairline is, interocular distances. light: (3,) direction to
    the light, of length 1. old: as in ``Traits``. seed: of all textures.
    """

    skin: NDArray[np.float64]
    lips: NDArray[np.float64]
    hair_colour: NDArray[np.float64]
    brow_colour: NDArray[np.float64]
    iris: NDArray[np.float64]
    cloth: NDArray[np.float64]
    wall: NDArray[np.float64]
    blotches: float
    redness: float
    freckles: float
    wrinkles: float
    stubble: float
    beard: float
    density: float
    moles: int
    hair: Hair
    forehead: float
    light: NDArray[np.float64]
    old: float
    seed: int

    @classmethod
    def of(cls, subject_id: int) -> Looks:
        """The looks of a subject, always the same."""
        own, rng = traits(subject_id), np.random.default_rng([0x100C, subject_id])
        pale = own.origin[ANCESTRIES.index("caucasian")]
        dark = float(np.dot([MELANIN[name] for name in ANCESTRIES], own.origin))
        melanin = float(np.clip(dark + rng.normal(0, MELANIN_SIGMA), 0, 1))
        skin = _mixed(SKIN_RGB, melanin) * rng.normal(1, (0.05, 0.02, 0.03))
        hair, brows = _hair_colour(pale, own.old, rng)
        man = own.male > 0.5
        beard = float(rng.choice([0.0, rng.uniform(0.5, 0.9)], p=[0.75, 0.25])) if man else 0.0
        side = rng.uniform(*LIGHT_SIDE) * rng.choice([-1, 1])
        light = np.array([side, -rng.uniform(*LIGHT_UP), -1.0])
        painted = 0.0 if man else float(rng.choice([0.0, rng.uniform(0.3, 1.0)], p=[0.5, 0.5]))
        return cls(
            skin=skin,
            lips=_lips(skin, melanin, painted),
            hair_colour=hair,
            brow_colour=brows,
            iris=_iris(pale, rng),
            cloth=linear(rng.uniform(25, 215) * rng.uniform(0.6, 1.0, 3)),
            wall=linear(rng.uniform(90, 200) * rng.uniform(0.85, 1.0, 3)),
            blotches=float(rng.uniform(0.4, 1.0)),
            redness=float(rng.uniform(0.2, 1.0) * (1 - 0.7 * melanin)),
            freckles=float(max(rng.uniform(-1.2, 1.0), 0) * (1 - melanin)),
            wrinkles=float(np.clip(own.old + rng.normal(0, 0.15), 0, 1)),
            stubble=float(rng.uniform(0.0, 0.8)) if man else 0.0,
            beard=beard,
            density=float(rng.uniform(0.55, 1.0) if man else rng.uniform(0.35, 0.8)),
            moles=int(rng.poisson(2.5)),
            hair=_cut(own, rng),
            forehead=float(np.clip(rng.normal(0.03, 0.07), -0.06, 0.2)),
            light=light / np.linalg.norm(light),
            old=own.old,
            seed=subject_id,
        )


def linear(rgb: NDArray[np.float64] | tuple[int, ...]) -> NDArray[np.float64]:
    """(3,) sRGB colour, 0..255 -> linear light, BGR, 0..1 (a power of 2.2)."""
    return np.asarray((np.asarray(rgb, np.float64)[::-1] / 255) ** 2.2)


def _mixed(table: tuple[tuple[int, int, int], ...], place: float) -> NDArray[np.float64]:
    at = np.linspace(0, 1, len(table))
    return linear(np.array([np.interp(place, at, channel) for channel in zip(*table, strict=True)]))


def _lips(skin: NDArray[np.float64], melanin: float, painted: float) -> NDArray[np.float64]:
    """Lips let blood show: less blue and green than skin; lipstick adds to it."""
    natural = skin * np.array([0.74, 0.60, 0.90]) * (1 - 0.1 * melanin)
    return np.asarray(natural * (1 - 0.5 * painted) + np.array([0.05, 0.02, 0.30]) * 0.5 * painted)


def _hair_colour(
    pale: float, old: float, rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Colours of hair and of brows."""
    if rng.uniform() < pale:
        name = str(rng.choice(["dark brown", "brown", "blond", "red"], p=[0.3, 0.4, 0.24, 0.06]))
    else:
        name = str(rng.choice(["black", "dark brown"], p=[0.7, 0.3]))
    young = linear(HAIR_RGB[name]) * rng.uniform(0.8, 1.2)
    grey = float(np.clip((old - GREY_FROM + rng.normal(0, 0.1)) / (1 - GREY_FROM), 0, 1))
    brows = young * 0.42 * (1 - 0.7 * grey) + linear(HAIR_RGB["grey"]) * 0.3 * grey
    return young * (1 - grey) + linear(HAIR_RGB["grey"]) * grey, np.minimum(brows, 0.10)


def _iris(pale: float, rng: np.random.Generator) -> NDArray[np.float64]:
    if rng.uniform() < pale:
        name = str(rng.choice(list(IRIS_RGB), p=[0.35, 0.2, 0.15, 0.3]))
    else:
        name = "brown"
    return linear(IRIS_RGB[name]) * rng.uniform(0.7, 1.2)


def _cut(own: Traits, rng: np.random.Generator) -> Hair:
    cuts: list[Hair] = ["none", "cropped", "short", "long"]
    shares = (
        (0.1 + 0.2 * own.old, 0.35, 0.55 - 0.2 * own.old, 0.0) if own.male > 0.5 else (0.0, 0.05, 0.4, 0.55)
    )
    return cuts[int(rng.choice(len(cuts), p=np.array(shares) / sum(shares)))]
