"""The parametric head: identities by sex, age, ancestry, build and face shapes, units sculpted by hand.

See ``face.morphable_head`` for the origin of the data. The units keep their sculpted form on every face; only
the subject's gain, direction and asymmetry vary them.
"""

from __future__ import annotations

import functools
import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mer_ros.data.synthetic.heads.head import BothSides, Person
from mer_ros.face import morphable_head

SEXES, AGES = ("female", "male"), ("young", "old")
ANCESTRIES = ("african", "asian", "caucasian")
BUILDS = tuple(
    f"{muscle}muscle-{weight}weight"
    for muscle, weight in itertools.product(("min", "average", "max"), repeat=2)
)
"""Parts of the names of the shapes of a whole person; their weights are products of a subject's shares."""

BUILD_SHARE = 0.5
"""Largest share by which muscle and weight leave the average."""

SHAPE_CHANCE, SHAPE_SIGMA, SHAPE_LIMIT = 0.4, 0.35, 0.9
"""Probability that a face shape differs from the average, and standard deviation and limit of its weight."""

ONE_SIDED_SHARE = 0.3
"""Share of the weight of a shape of one side that is independent of the other side."""

_SEED = 0x5EC


class SculptedHead:
    """The parametric head of ``face.morphable_head``."""

    def mesh(self, subject: Person) -> NDArray[np.float64]:
        """See ``Head``."""
        return _landmarks(subject.id, subject.spread).mesh

    def displacement(self, subject: Person, unit: str) -> BothSides:
        """See ``Head``."""
        head = _landmarks(subject.id, subject.spread)
        right, left = head.units[unit]
        peak = _average_peaks()[unit] * head.scale
        return right / peak, left / peak

    def vertices(self, subject: Person) -> NDArray[np.float64]:
        """(N, 3) canonical vertices of the subject at rest."""
        return _vertices(subject.id, subject.spread)[0]

    def vertex_displacement(self, subject: Person, unit: str) -> BothSides:
        """``displacement`` at the (N, 3) vertices."""
        points, frame = _vertices(subject.id, subject.spread)
        right, left = frame.sides(morphable_head.unit_at_vertices(unit), points[:, 0])
        peak = _average_peaks()[unit] * frame.scale
        return right / peak, left / peak


@dataclass(frozen=True)
class Traits:
    """What the identity of a subject mixes.

    male: 0 (female) to 1. old: 0 (young) to 1. origin: share of each of ``ANCESTRIES``.
    """

    male: float
    old: float
    origin: tuple[float, ...]

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Traits:
        """Random traits."""
        male, old = rng.beta(0.4, 0.4), rng.beta(0.7, 1.3)
        return cls(float(male), float(old), tuple(rng.dirichlet(np.full(len(ANCESTRIES), 0.5)).tolist()))


def traits(subject_id: int) -> Traits:
    """The traits of the identity of a subject."""
    return Traits.draw(np.random.default_rng([_SEED, subject_id]))


def identity(subject_id: int, spread: float = 1.0) -> dict[str, float]:
    """Weights of the shapes of a subject; always the same for the same arguments."""
    rng = np.random.default_rng([_SEED, subject_id])
    own = Traits.draw(rng)
    male, old, origin = own.male, own.old, own.origin
    muscle, weight = np.clip(rng.uniform(-1, 1, 2) * BUILD_SHARE * spread, -1, 1)
    person = {"female": 1 - male, "male": male, "young": 1 - old, "old": old}
    weights = {}
    for sex, age in itertools.product(SEXES, AGES):
        share = person[sex] * person[age]
        for ancestry, part in zip(ANCESTRIES, origin, strict=True):
            weights[f"{ancestry}-{sex}-{age}"] = share * part
        for (m, of_muscle), (w, of_weight) in itertools.product(_levels(muscle), _levels(weight)):
            weights[f"universal-{sex}-{age}-{m}muscle-{w}weight"] = share * of_muscle * of_weight
    for shapes in _opposites():
        varies = rng.uniform() < SHAPE_CHANCE
        size = float(np.clip(rng.normal(0, SHAPE_SIGMA), -SHAPE_LIMIT, SHAPE_LIMIT)) * spread
        apart = rng.normal(0, SHAPE_SIGMA * ONE_SIDED_SHARE, len(shapes)) * (len(shapes) > 1)
        for (less, more), extra in zip(shapes, apart, strict=True):
            value = (size + float(extra)) * varies
            name = more if value > 0 else less
            if name and value:
                weights[name] = abs(value)
    return {name: value for name, value in weights.items() if value}


def _levels(value: float) -> list[tuple[str, float]]:
    """Shares of two of "min", "average" and "max" for a value of -1 to 1."""
    return [("average", 1 - abs(value)), ("max" if value > 0 else "min", abs(value))]


@functools.cache
def _opposites() -> tuple[tuple[tuple[str, str], ...], ...]:
    """The face shapes as (less, more) pairs, "" where one is missing; pairs of both sides stand together."""
    pairs = (("decr", "incr"), ("down", "up"), ("in", "out"), ("backward", "forward"), ("concave", "convex"),
             ("compress", "uncompress"), ("l", "r"))  # fmt: skip
    names = [n for n in morphable_head.load().shape_names if not n.startswith(("universal-", *ANCESTRIES))]
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for name in names:
        stem, _, end = name.rpartition("-")
        own = next((pair for pair in pairs if end in pair and f"{stem}-{pair[0]}" in names
                    and f"{stem}-{pair[1]}" in names), None)  # fmt: skip
        if own is not None and end == own[1]:
            continue  # entered with its opposite
        pair = (f"{stem}-{own[0]}", f"{stem}-{own[1]}") if own else ("", name)
        side, _, rest = pair[1].partition("-")
        two_sided = side in ("l", "r")
        found.setdefault(rest if two_sided else pair[1], {})[side if two_sided else ""] = pair
    return tuple(tuple(sides.values()) for sides in found.values())


@functools.lru_cache(maxsize=512)
def _landmarks(subject_id: int, spread: float) -> morphable_head.Landmarks:
    return morphable_head.landmarks(identity(subject_id, spread))


@functools.lru_cache(maxsize=8)
def _vertices(subject_id: int, spread: float) -> tuple[NDArray[np.float64], morphable_head.EyeFrame]:
    return morphable_head.vertices(identity(subject_id, spread))


@functools.cache
def _average_peaks() -> dict[str, float]:
    """Peak length of each unit on the average face, dm."""
    head = morphable_head.landmarks(morphable_head.average_weights(morphable_head.load().shape_names))
    return {
        unit: float(np.linalg.norm(right + left, axis=1).max() / head.scale)
        for unit, (right, left) in head.units.items()
    }
