"""The samples of a training run: three groups of disjoint subjects, synthetic or from labelled clips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mer_ros.data.subjects import held_out_subjects
from mer_ros.errors import DataError, quantity
from mer_ros.progress import SILENT, Part, Progress
from mer_ros.recognition.sample import InputSpec
from mer_ros.training.config import TrainConfig
from mer_ros.training.labelled_set import LabelledSet, from_flow, from_inputs
from mer_ros.training.sample_generators import generator_of
from mer_ros.types import EMOTIONS

if TYPE_CHECKING:
    from mer_ros.data.clip_set import ClipSet

HELD_OUT_SHARE = 0.2
"""Share of a data set's subjects for the test, and of the others for validation."""

MACRO_PX = 2.0
"""Synthetic expressions with at least this peak displacement stand for macro-expressions, crop pixels."""


@dataclass(frozen=True, eq=False)
class SampleGroups:
    """train: to optimise weights. validation: to choose by. test: to report. labels: one per class.

    summary: of the data, for the checkpoint; JSON-able. synthetic: whether the data is generated.
    description: of the data, one sentence.
    """

    train: LabelledSet
    validation: LabelledSet
    test: LabelledSet
    labels: tuple[str, ...]
    summary: dict[str, Any]
    synthetic: bool
    description: str

    @property
    def counts(self) -> dict[str, int]:
        """Number of samples of each group."""
        return {name: len(getattr(self, name)) for name in ("train", "validation", "test")}


def samples_for(clips: ClipSet | None, config: TrainConfig, progress: Progress = SILENT) -> SampleGroups:
    """The samples of the clips, or synthetic ones where there are none."""
    if clips is not None:
        return samples_of_clips(clips, config.seed, config.input)
    return synthetic_samples(config.samples, config.validation_samples, config.seed, config.input, progress)


def synthetic_samples(
    samples: int, validation_samples: int, seed: int, spec: InputSpec, progress: Progress = SILENT
) -> SampleGroups:
    """Samples of the training subjects; half of the validation subjects is for validation, half for the test.

    progress: receives a task for each group, counted in samples.
    """
    from mer_ros.data import synthetic  # late: training on clips does not need the generator

    held_out = synthetic.VALIDATION_SUBJECTS
    half = len(held_out) // 2
    subjects = {"train": synthetic.TRAIN_SUBJECTS, "validation": held_out[:half], "test": held_out[half:]}
    counts = {"train": samples, "validation": validation_samples, "test": validation_samples}
    tasks = {
        "train": "generating training samples",
        "validation": "generating validation samples",
        "test": "generating test samples",
    }
    generator, groups = generator_of(spec.kind), {}
    for offset, (name, own) in enumerate(subjects.items()):
        task, n = tasks[name], counts[name]
        progress.started(task, n)
        part = Part(progress, task, 0, n)
        groups[name] = generator.generate(n, own, seed + offset, spec, name, part)
        progress.finished(task)
    summary = {
        "data": f"{generator.origin} (mer_ros.data.synthetic)",
        "subjects": {name: (own[0], own[-1]) for name, own in subjects.items()},
        "protocol": (
            "synthetic subjects in three disjoint groups: trained on the first, epoch and calibration chosen "
            "on the second, test scores on the third"
        ),
    }
    return SampleGroups(
        **groups, labels=EMOTIONS, summary=summary, synthetic=True, description=generator.description
    )


def macro_samples(
    samples: int, validation_samples: int, seed: int, spec: InputSpec, progress: Progress = SILENT
) -> SampleGroups:
    """Synthetic expressions with a peak displacement of ``MACRO_PX`` or more, for the first stage of
    training.
    """
    from mer_ros.data import synthetic

    half = len(synthetic.VALIDATION_SUBJECTS) // 2
    sides = []
    for offset, (n, subjects) in enumerate(
        (
            (samples, synthetic.TRAIN_SUBJECTS),
            (validation_samples, synthetic.VALIDATION_SUBJECTS[:half]),
        )
    ):
        task = "generating macro-expressions"
        progress.started(task, 4 * n)
        part = Part(progress, task, 0, 4 * n)
        flow = synthetic.flow_samples(4 * n, subjects, seed + offset, spec.size, progress=part)
        progress.finished(task)
        large = np.flatnonzero(flow.amplitude_px >= MACRO_PX)[:n]
        sides.append(from_flow(flow.data[large], flow.labels[large], flow.subjects[large], spec))
    train, validation = sides
    return SampleGroups(
        train,
        validation,
        validation,
        EMOTIONS,
        summary={"data": f"synthetic flow of {MACRO_PX:g} px and more"},
        synthetic=True,
        description="The macro-expressions are synthetic.",
    )


def clips_for_test(clips: ClipSet, seed: int) -> NDArray[np.bool_]:
    """(N,) whether a clip is of the fifth of the subjects for the test; DataError for fewer than three."""
    subject_ids = clips.subject_ids
    if (n := len(np.unique(subject_ids))) < 3:
        raise DataError(
            f"The data ({clips.origin}) contain {quantity(n, 'subject')}: give three or more, for training, "
            "validation and test."
        )
    return held_out_subjects(subject_ids, HELD_OUT_SHARE, seed)


def description_of(clips: ClipSet) -> str:
    """Origin and limits of the clips, for a checkpoint."""
    return f"{clips.origin}. {clips.caveat}".rstrip()


def samples_of_clips(clips: ClipSet, seed: int, spec: InputSpec) -> SampleGroups:
    """A fifth of the subjects for the test, a fifth of the others for validation, the rest for training.

    DataError where the clips lack the input, or a group lacks subjects or classes.
    """
    inputs = clips.inputs(spec.kind)
    subject_ids, test = clips.subject_ids, clips_for_test(clips, seed)
    validation = np.zeros(len(clips), bool)
    validation[~test] = held_out_subjects(subject_ids[~test], HELD_OUT_SHARE, seed + 1)
    sides = {"train": ~test & ~validation, "validation": validation, "test": test}
    _, numbers = np.unique(subject_ids, return_inverse=True)
    groups = {name: _side(inputs, clips.truth, numbers, side, spec, name) for name, side in sides.items()}
    summary = {
        "data": clips.origin,
        "subjects": {name: np.unique(subject_ids[side]).tolist() for name, side in sides.items()},
        "protocol": (
            "subjects in three disjoint groups: trained on the first, epoch and calibration chosen on the "
            "second, test scores on the third"
        ),
    }
    return SampleGroups(
        **groups,
        labels=clips.labels,
        summary=summary,
        synthetic=clips.synthetic,
        description=description_of(clips),
    )


def _side(
    inputs: Sequence[NDArray[Any]],
    truth: NDArray[np.int64],
    subject_ids: NDArray[np.int64],
    side: NDArray[np.bool_],
    spec: InputSpec,
    name: str,
) -> LabelledSet:
    try:
        return from_inputs([inputs[i] for i in np.flatnonzero(side)], truth[side], subject_ids[side], spec)
    except DataError as error:
        raise DataError(
            f"The subjects drawn for {name!r} are too few ({error}): give a data set with more subjects."
        ) from error
