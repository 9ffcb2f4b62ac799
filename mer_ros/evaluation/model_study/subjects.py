"""Synthetic subjects that no model was trained on, for every kind of input.

Flow has noise of another design than in training (``data.synthetic.rough_noise``); sequences have that of
training, since the generator has no other for them; clips and apex images are rendered. Of generated flow it
is known where the face moves without noise, and the same flow can be generated again without one of its
units: the same subject, noise and other units, at the same largest movement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mer_ros.data.clip_set import ClipSet
from mer_ros.data.datasets.synthetic import rendered_synthetic_clips
from mer_ros.data.synthetic import (
    EVALUATION_SUBJECTS,
    GENERATOR_VERSION,
    FlowSet,
    flow_samples,
    flow_sequences,
)
from mer_ros.data.synthetic.flow_samples import Draw, draw_strengths
from mer_ros.data.synthetic.recipes import Recipe
from mer_ros.errors import ConfigError
from mer_ros.explanation.faithfulness.pointing import moving_region
from mer_ros.motion.key_frames import SEQUENCE_FRAMES
from mer_ros.progress import SILENT, Part, Progress
from mer_ros.types import EMOTIONS, InputKind

DEFAULT_SAMPLES, RENDERED_SAMPLES = 280, 42
"""Number of samples if none is given: of generated flow, and of rendered clips, which take longer."""

FEWEST = 14
CLIPS_EACH = 7
"""Samples of each subject, on average."""

TASK = "generating synthetic subjects"
_SIZE = 56


class WithoutUnit(NamedTuple):
    """M samples again without one of their units.

    clips: (M,) int64, places of the samples. units: M names. inputs: M arrays for ``InputSpec.read``.
    """

    clips: NDArray[np.int64]
    units: tuple[str, ...]
    inputs: Sequence[NDArray[Any]]


NONE_REMOVED = WithoutUnit(np.empty(0, np.int64), (), ())


@dataclass(frozen=True, eq=False)
class SyntheticSubjects:
    """N samples. clips: their input, labels and subjects. words: what they are, in a clause.

    regions: (N, S, S) bool, where the face moves without noise; None where that is not known. removed: the
    samples with several units without one of them; empty for rendered clips. amplitude_px: median of the
    largest movement of a landmark, pixels of a crop of 128; 0 where it is not known.
    """

    clips: ClipSet
    words: str
    regions: NDArray[np.bool_] | None = None
    removed: WithoutUnit = NONE_REMOVED
    amplitude_px: float = 0.0


def synthetic_subjects(
    kind: InputKind, n: int | None, seed: int, progress: Progress = SILENT
) -> SyntheticSubjects:
    """``n`` samples of a kind of input; the same arguments give the same bytes.

    n: None for ``DEFAULT_SAMPLES`` or ``RENDERED_SAMPLES``. ConfigError for less than ``FEWEST``.
    """
    rendered = kind in ("clip", "apex")
    n = n or (RENDERED_SAMPLES if rendered else DEFAULT_SAMPLES)
    if n < FEWEST:
        raise ConfigError(f"--samples is {n}: give {FEWEST} or more.")
    n_subjects = min(max(n // CLIPS_EACH, 2), len(EVALUATION_SUBJECTS))
    if rendered:
        clips = rendered_synthetic_clips(n, n_subjects, seed, progress)
        return SyntheticSubjects(clips, f"rendered clips of {_subjects(n_subjects)}")
    return _generated(kind, n, n_subjects, seed, progress)


def _subjects(n: int) -> str:
    return f"{n} synthetic subjects that no model was trained on (generator {GENERATOR_VERSION})"


def _generated(kind: InputKind, n: int, n_subjects: int, seed: int, progress: Progress) -> SyntheticSubjects:
    steps = 5
    progress.started(TASK, steps)

    def flow(step: int, clean: bool = False, draw: Draw | None = None) -> FlowSet:
        subjects, part = EVALUATION_SUBJECTS[:n_subjects], Part(progress, TASK, step)
        if kind == "sequence":
            return flow_sequences(n, subjects, seed, _SIZE, SEQUENCE_FRAMES, clean, progress=part, draw=draw)
        return flow_samples(n, subjects, seed, _SIZE, clean, progress=part, noise="rough", draw=draw)

    seen, still = flow(0), flow(1, clean=True)
    removed = _joined([_without(seen, flow(2 + unit, draw=without_unit(unit)), unit) for unit in range(3)])
    progress.finished(TASK)
    clips = ClipSet(
        flow=seen.data if kind == "flow" else strongest_moments(seen.data),
        truth=seen.labels,
        labels=EMOTIONS,
        samples=np.array([f"clip_{i:05d}" for i in range(n)]),
        subjects=np.array([str(subject) for subject in seen.subjects]),
        datasets=np.full(n, "synthetic"),
        origin=f"synthetic flow, generator {GENERATOR_VERSION}",
        synthetic=True,
        sequences=tuple(seen.data) if kind == "sequence" else (),
    )
    noise = "noise as in training" if kind == "sequence" else "noise of another design than in training"
    return SyntheticSubjects(
        clips,
        f"flow of {_subjects(n_subjects)}, with {noise}",
        moving_region(still.data if kind == "flow" else strongest_moments(still.data)),
        removed,
        float(np.median(seen.amplitude_px)),
    )


def strongest_moments(sequences: NDArray[np.float32]) -> NDArray[np.float32]:
    """(N, T, 2, S, S) -> (N, 2, S, S), the moment with the most movement of each."""
    moments = np.linalg.norm(sequences, axis=2).sum((2, 3)).argmax(1)
    return np.asarray(sequences[np.arange(len(sequences)), moments])


def without_unit(number: int) -> Draw:
    """Draws as ``draw_strengths``, without the unit of this number where the recipe has it and others."""

    def draw(emotion: str, rng: np.random.Generator, version: str) -> tuple[Recipe, dict[str, float]]:
        recipe, strengths = draw_strengths(emotion, rng, version=version)
        if not _has(recipe.units, number):
            return recipe, strengths
        gone = recipe.units[number]
        return recipe, {name: value for name, value in strengths.items() if name[:-1] != gone}

    return draw


def _has(units: Sequence[str], number: int) -> bool:
    return len(units) > 1 and number < len(units)


def _without(seen: FlowSet, fewer: FlowSet, number: int) -> WithoutUnit:
    """The samples that have a unit of this number and others."""
    chosen = np.array([i for i, units in enumerate(seen.action_units) if _has(units, number)], np.int64)
    return WithoutUnit(
        chosen, tuple(seen.action_units[i][number] for i in chosen), [fewer.data[i] for i in chosen]
    )


def _joined(parts: Sequence[WithoutUnit]) -> WithoutUnit:
    return WithoutUnit(
        np.concatenate([part.clips for part in parts]),
        tuple(unit for part in parts for unit in part.units),
        [one for part in parts for one in part.inputs],
    )
