"""Made flow from onset to apex, straight from the mesh, with the noise of the real chain.

A sample is one expression of one subject on the aligned crop: the recipe's units with jittered strength and
asymmetry, what a blink, a glance or talking leaves behind, the residue of head motion, and flow noise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mer_ros.data.synthetic import flow_noise, recipes
from mer_ros.data.synthetic.subject import make_subject
from mer_ros.data.synthetic.subject_fields import SubjectFields
from mer_ros.errors import ConfigError
from mer_ros.types import EMOTIONS

AMPLITUDE_PX = (0.4, 4.0)
"""Peak displacement of a landmark, crop pixels; drawn log-uniformly."""

UNIT_STRENGTH = (0.45, 1.0)
"""Strength of each unit of a recipe relative to the others, uniform."""

TYPICAL_STRENGTH = (0.75, 1.0)
"""The same where a typical expression is asked for: no unit that tells the emotion is all but missing."""

ASYMMETRY_SIGMA = 0.15
"""Spread of a sample's asymmetry: right times 1 + a, left times 1 - a."""

WEAK_SIDE_CHANCE, WEAK_SIDE = 0.12, (0.0, 0.4)
"""How often a two-sided recipe shows mostly on one side, and how much of it the weak side keeps, uniform."""

ONE_SIDED = (0.0, 0.25)
"""How much of a one-sided recipe the other side shows, uniform."""


@dataclass(frozen=True, eq=False)
class FlowSet:
    """Made flow. data: (N, 2, S, S) float32, u and v in crop pixels (of the 128 px crop, whatever S).

    labels: (N,) int64 into ``EMOTIONS``. subjects: (N,) int64 ids. action_units: the units of each sample.
    amplitude_px: (N,) float32, peak landmark displacement of the expression alone, crop pixels.
    """

    data: NDArray[np.float32]
    labels: NDArray[np.int64]
    subjects: NDArray[np.int64]
    action_units: list[tuple[str, ...]]
    amplitude_px: NDArray[np.float32]


def flow_samples(n: int, subjects: Sequence[int], seed: int, size: int = 56, clean: bool = False) -> FlowSet:
    """Make ``n`` samples of ``size`` x ``size`` from these subjects: emotions and subjects equally likely.

    The same arguments give the same bytes. ``clean`` leaves out all but the expression itself.
    """
    if n < 0 or size < 8 or not len(subjects):
        raise ConfigError(
            f"flow samples need n >= 0, size >= 8 and a subject, found n={n}, size={size}, "
            f"{len(subjects)} subjects: give others"
        )
    plan = np.random.default_rng([seed, 0])
    labels = plan.integers(len(EMOTIONS), size=n)
    chosen = np.asarray(subjects, np.int64)[plan.integers(len(subjects), size=n)]
    data = np.empty((n, 2, size, size), np.float32)
    amplitudes = np.empty(n, np.float32)
    units: list[tuple[str, ...]] = [()] * n
    for subject_id in np.unique(chosen):  # one subject at a time: its fields are costly to find and to keep
        fields = SubjectFields(make_subject(int(subject_id)), size)
        for i in np.flatnonzero(chosen == subject_id):
            rng = np.random.default_rng([seed, 1, int(i)])
            data[i], amplitudes[i], units[i] = _sample(fields, EMOTIONS[labels[i]], rng, clean)
    return FlowSet(data, labels.astype(np.int64), chosen, units, amplitudes)


def draw_strengths(
    emotion: str, rng: np.random.Generator, typical: bool = False
) -> tuple[recipes.Recipe, dict[str, float]]:
    """A recipe of an emotion and the relative strength of each of its units on each side ("AU12R").

    ``typical``: only what tells the emotion; no two-sided recipe shows mostly on one side, no unit is weak.
    """
    recipe = recipes.draw(emotion, rng, typical)
    asymmetry = float(np.clip(rng.normal(0, ASYMMETRY_SIGMA), -0.5, 0.5))
    right, left = 1 + asymmetry, 1 - asymmetry
    if recipe.one_sided or (not typical and rng.uniform() < WEAK_SIDE_CHANCE):
        weak = rng.uniform(*(ONE_SIDED if recipe.one_sided else WEAK_SIDE))
        right, left = (1.0, weak) if rng.uniform() < 0.5 else (weak, 1.0)
    strengths = {}
    for unit in recipe.units:
        strength = rng.uniform(*(TYPICAL_STRENGTH if typical else UNIT_STRENGTH))
        strengths[unit + "R"], strengths[unit + "L"] = strength * right, strength * left
    return recipe, strengths


def _sample(
    fields: SubjectFields, emotion: str, rng: np.random.Generator, clean: bool
) -> tuple[NDArray[np.float32], float, tuple[str, ...]]:
    """(2, S, S) flow, its amplitude in crop pixels and its units."""
    recipe, strengths = draw_strengths(emotion, rng)
    amplitude = float(np.exp(rng.uniform(*np.log(AMPLITUDE_PX))))
    flow = fields.expression(strengths, amplitude)
    if not clean:
        flow += flow_noise.leftovers(fields, amplitude, rng)
        flow = flow_noise.misalign(flow, rng)
        flow += flow_noise.residual_motion(fields, rng)
        flow = flow_noise.as_dense_flow(flow, amplitude, rng)
    return np.ascontiguousarray(flow.transpose(2, 0, 1)), amplitude, recipe.units
