"""Synthetic flow from onset to apex, computed on the mesh, with the noise of the measuring chain.

A sample is one expression of one subject on the aligned crop: the units of a recipe with random strength and
asymmetry, plus residual movement of a blink, a glance or speech, plus noise, minus the part that registration
attributes to the head.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mer_ros.data.synthetic import recipes
from mer_ros.data.synthetic.dynamics import Dynamics, draw_dynamics
from mer_ros.data.synthetic.flow_noise import Chain
from mer_ros.data.synthetic.generator import GENERATOR_VERSION, generator
from mer_ros.data.synthetic.rough_noise import RoughChain
from mer_ros.data.synthetic.subject import make_subject
from mer_ros.data.synthetic.subject_fields import SubjectFields
from mer_ros.errors import ConfigError, unknown_name
from mer_ros.face.facs import SIDES
from mer_ros.progress import SILENT, Progress
from mer_ros.types import EMOTIONS

AMPLITUDE_PX = (0.4, 4.0)
"""Peak displacement of a landmark, crop pixels, drawn log-uniformly."""

UNIT_STRENGTH = (0.45, 1.0)
"""Strength of each unit of a recipe relative to the others, drawn uniformly."""

TYPICAL_STRENGTH = (0.75, 1.0)
"""The same for a typical expression, in which all units that identify the emotion are clearly present."""

MISTIMED = 0.25, 0.05
"""Timing errors of the spotter: delay of the onset up to this share of the rise, drawn uniformly, and
standard deviation of the apex as a share of the duration."""

NOISES: Mapping[str, type[Chain] | type[RoughChain]] = {"smooth": Chain, "rough": RoughChain}
"""The measuring chains by name: the one of training, and the one that only tests use."""

Draw = Callable[[str, np.random.Generator, str], tuple[recipes.Recipe, dict[str, float]]]
"""(emotion, random generator, version) -> recipe, and strength by unit and side, as ``draw_strengths``."""

TASK = "generating flow"
"""The task that ``flow_samples`` and ``flow_sequences`` report to ``progress``, counted in samples."""


@dataclass(frozen=True, eq=False)
class FlowSet:
    """Synthetic flow of N samples.

    data: (N, 2, S, S) float32, u and v in pixels of the 128 px crop for every S; (N, T, 2, S, S) for
    ``flow_sequences``. labels: (N,) int64 indices into ``EMOTIONS``. subjects: (N,) int64 ids. action_units:
    the units of each sample. strengths: (N, 2U) float32, intensity of each unit and side relative to the
    strongest of the sample, in the order of ``unit_sides``. amplitude_px: (N,) float32, peak landmark
    displacement of the expression alone, crop pixels.
    """

    data: NDArray[np.float32]
    labels: NDArray[np.int64]
    subjects: NDArray[np.int64]
    action_units: list[tuple[str, ...]]
    strengths: NDArray[np.float32]
    unit_sides: tuple[str, ...]
    amplitude_px: NDArray[np.float32]


def flow_samples(
    n: int,
    subjects: Sequence[int],
    seed: int,
    size: int = 56,
    clean: bool = False,
    spread: float = 1.0,
    progress: Progress = SILENT,
    *,
    head: str = "",
    noise: str = "smooth",
    version: str = GENERATOR_VERSION,
    draw: Draw | None = None,
) -> FlowSet:
    """Generate ``n`` samples of ``size`` x ``size`` pixels.

    Subjects are equally likely; emotions have the shares of the generator.

    The same arguments give the same bytes. clean: the expression alone, without nuisances and noise. spread:
    factor of the differences between subjects and of the probability and size of the noise, so that a model
    trained at 1 can be tested at 1.5. progress: receives ``TASK``. head: name of a head of the generator; all
    of them if empty. noise: "smooth", or "rough" (``rough_noise``), which no model is trained on. version: of
    the generator. draw: draws the units of a sample in place of ``draw_strengths``; where they do not depend
    on the emotion (``unit_combinations``), the labels mean nothing. Raises ConfigError for a size, number or
    spread out of range and for unknown names.
    """
    flow = _generate(n, subjects, seed, size, clean, spread, None, progress, head, noise, version, draw)
    return replace(flow, data=flow.data[:, 0])


def flow_sequences(
    n: int,
    subjects: Sequence[int],
    seed: int,
    size: int = 56,
    frames: int = 12,
    clean: bool = False,
    spread: float = 1.0,
    progress: Progress = SILENT,
    *,
    head: str = "",
    version: str = GENERATOR_VERSION,
    draw: Draw | None = None,
) -> FlowSet:
    """Like ``flow_samples``, with flow from the onset to each of ``frames`` moments before the offset.

    data: (N, T, 2, S, S); the moments are evenly spaced. Labels, subjects and units are those of
    ``flow_samples`` with the same seed.
    """
    if not 2 <= frames <= 64:
        raise ConfigError(f"flow sequences have 2 to 64 frames, found {frames}: choose another number")
    return _generate(n, subjects, seed, size, clean, spread, frames, progress, head, "smooth", version, draw)


def _generate(
    n: int,
    subjects: Sequence[int],
    seed: int,
    size: int,
    clean: bool,
    spread: float,
    frames: int | None,
    progress: Progress,
    head: str,
    noise: str,
    version: str,
    draw: Draw | None = None,
) -> FlowSet:
    if n < 0 or size < 8 or not len(subjects) or not 0 < spread <= 3:
        raise ConfigError(
            f"flow samples need n >= 0, size >= 8, a subject and a spread of 0 to 3, found n={n}, "
            f"size={size}, {len(subjects)} subjects, spread={spread}: choose other values"
        )
    plan = np.random.default_rng([seed, 0])
    own = generator(version)
    if noise not in NOISES:
        raise unknown_name("noise", noise, NOISES)
    labels = (
        plan.choice(len(EMOTIONS), size=n, p=own.priors)
        if own.shares
        else plan.integers(len(EMOTIONS), size=n)
    )
    chosen = np.asarray(subjects, np.int64)[plan.integers(len(subjects), size=n)]
    data = np.empty((n, frames or 1, 2, size, size), np.float32)
    amplitudes = np.empty(n, np.float32)
    units: list[tuple[str, ...]] = [()] * n
    unit_sides = tuple(unit + side for unit in own.units for side in SIDES)
    all_strengths = np.zeros((n, len(unit_sides)), np.float32)
    done = 0
    progress.started(TASK, n)
    for subject_id in np.unique(chosen):  # one subject at a time: its fields take time and memory
        subject = make_subject(int(subject_id), spread, head, version)
        fields = SubjectFields(subject, size)
        for i in np.flatnonzero(chosen == subject_id):
            rng = np.random.default_rng([seed, 1, int(i)])
            if draw is None:
                recipe, strengths = draw_strengths(EMOTIONS[labels[i]], rng, version=version)
            else:
                recipe, strengths = draw(EMOTIONS[labels[i]], rng, version)
            amplitude = float(np.exp(rng.uniform(*np.log(AMPLITUDE_PX)))) * subject.expressive
            levels = _levels(draw_dynamics(1.0, len(recipe.units), rng), frames, rng, clean)
            amounts = fields.amounts(strengths, amplitude)
            trajectory = [amounts * _per_name(fields, recipe.units, level) for level in levels]
            if clean:
                seen = [fields.dense(now) for now in trajectory]
            else:
                chain = NOISES[noise](fields, amplitude, rng, spread)
                steps = [1.0] if frames is None else np.minimum(1, np.arange(1, frames + 1) * 2 / frames)
                seen = [chain.see(now, float(step)) for now, step in zip(trajectory, steps, strict=True)]
            data[i] = np.stack(seen).transpose(0, 3, 1, 2)
            amplitudes[i], units[i] = amplitude, recipe.units
            strongest = max(strengths.values())
            for name, strength in strengths.items():
                all_strengths[i, unit_sides.index(name)] = strength / strongest
            done += 1
            progress.advanced(TASK, done)
    progress.finished(TASK)
    return FlowSet(data, labels.astype(np.int64), chosen, units, all_strengths, unit_sides, amplitudes)


def _levels(
    dynamics: Dynamics, frames: int | None, rng: np.random.Generator, clean: bool
) -> NDArray[np.float64]:
    """(T, U) level of each unit relative to the onset; T is 1, at the apex, if ``frames`` is None."""
    late, sigma = MISTIMED
    onset, shift = dynamics.rise_s * rng.uniform(0, late), rng.normal(0, sigma)
    if clean:
        onset = shift = 0.0
    if frames is None:
        times = np.array([max(dynamics.apex_s + shift, dynamics.apex_s / 2)])
    else:
        times = onset + (dynamics.duration_s - onset) * np.arange(1, frames + 1) / (frames + 1)
    return dynamics.levels(times) - dynamics.levels(onset)


def _per_name(
    fields: SubjectFields, units: tuple[str, ...], level: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(2U,) level of each unit and side of the fields."""
    every = np.zeros(len(fields.names))
    for unit, value in zip(units, level, strict=True):
        for side in SIDES:
            every[fields.index[unit + side]] = value
    return every


def draw_strengths(
    emotion: str, rng: np.random.Generator, typical: bool = False, version: str = GENERATOR_VERSION
) -> tuple[recipes.Recipe, dict[str, float]]:
    """A random recipe of an emotion and the relative strength of its units on each side ("AU12R").

    typical: only recipes that identify the emotion, two-sided recipes on both sides, no weak units.
    """
    own = generator(version)
    recipe = recipes.draw(emotion, rng, typical, own.recipes)
    right, left, one_sided = own.sides.draw(recipe, rng, typical)
    strengths = {}
    for unit in recipe.units:
        strength = rng.uniform(*(TYPICAL_STRENGTH if typical else UNIT_STRENGTH))
        even = one_sided and unit in own.sides.midline
        strengths[unit + "R"] = strength * (1.0 if even else right)
        strengths[unit + "L"] = strength * (1.0 if even else left)
    return recipe, strengths
