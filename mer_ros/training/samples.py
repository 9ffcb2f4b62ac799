"""What a network learns from: three groups of people that never meet, of made data or of a folder of one's
own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mer_ros.data.subjects import held_out_subjects
from mer_ros.errors import DataError
from mer_ros.recognition.sample import InputSpec
from mer_ros.training.config import TrainConfig
from mer_ros.training.labelled_set import LabelledSet, from_flow, from_shown
from mer_ros.training.sample_generators import GENERATORS
from mer_ros.types import EMOTIONS

if TYPE_CHECKING:
    from mer_ros.data.clip_set import ClipSet

ASIDE = 0.2
"""Share of a folder's people to choose by, and of the others to report on."""

Stage = Callable[[str], Callable[[int, int], None]]

_WHY = {"train": "samples to learn from", "validation": "samples to choose by", "test": "samples to report"}

MACRO_PX = 2.0
"""Made expressions of this much movement and more stand for macro-expressions, crop pixels."""


def _untold(_: str) -> Callable[[int, int], None]:
    return lambda done, total: None


@dataclass(frozen=True, eq=False)
class SampleGroups:
    """train, validation, test: to learn from, to choose by, to report. labels: one per class.

    about: for the checkpoint's summary; JSON-able. synthetic: whether the generator made it. words: one sentence.
    """

    train: LabelledSet
    validation: LabelledSet
    test: LabelledSet
    labels: tuple[str, ...]
    about: dict[str, Any]
    synthetic: bool
    words: str

    @property
    def counts(self) -> dict[str, int]:
        """Samples of each group."""
        return {name: len(getattr(self, name)) for name in ("train", "validation", "test")}


def samples_for(clips: ClipSet | None, config: TrainConfig, stage: Stage = _untold) -> SampleGroups:
    """Of the clips, or made where there are none. stage: see ``Watch``."""
    if clips is not None:
        return samples_of_clips(clips, config.seed, config.input)
    return synthetic_samples(config.samples, config.validation_samples, config.seed, config.input, stage)


def synthetic_samples(
    samples: int, validation_samples: int, seed: int, spec: InputSpec, stage: Stage = _untold
) -> SampleGroups:
    """Training subjects, and the validation subjects in halves: one to choose by, one to report."""
    from mer_ros.data import synthetic  # late: its mesh and its generator are needed only here

    held_out = synthetic.VALIDATION_SUBJECTS
    half = len(held_out) // 2
    groups = {"train": synthetic.TRAIN_SUBJECTS, "validation": held_out[:half], "test": held_out[half:]}
    counts = {"train": samples, "validation": validation_samples, "test": validation_samples}
    making = GENERATORS[spec.kind]
    made = {
        name: making.make(counts[name], group, seed + offset, spec, name, stage(f"making {_WHY[name]}"))
        for offset, (name, group) in enumerate(groups.items())
    }
    about = {
        "data": f"{making.what} (mer_ros.data.synthetic)",
        "subjects": {name: (group[0], group[-1]) for name, group in groups.items()},
        "protocol": (
            "made subjects in three groups that never meet: trained on the first, epoch and calibration "
            "chosen on the second, test scores on the third"
        ),
    }
    return SampleGroups(**made, labels=EMOTIONS, about=about, synthetic=True, words=making.words)


def macro_samples(
    samples: int, validation_samples: int, seed: int, spec: InputSpec, stage: Stage = _untold
) -> SampleGroups:
    """The same of expressions that move ``MACRO_PX`` or more: what is seen best, to learn first."""
    from mer_ros.data import synthetic

    half = len(synthetic.VALIDATION_SUBJECTS) // 2
    sides = []
    for offset, (n, group) in enumerate(
        (
            (samples, synthetic.TRAIN_SUBJECTS),
            (validation_samples, synthetic.VALIDATION_SUBJECTS[:half]),
        )
    ):
        told = stage("making macro-expressions")
        flow = synthetic.flow_samples(4 * n, group, seed + offset, spec.size, told=told)
        large = np.flatnonzero(flow.amplitude_px >= MACRO_PX)[:n]
        sides.append(from_flow(flow.data[large], flow.labels[large], flow.subjects[large], spec))
    about = {"data": f"made flow of {MACRO_PX:g} px and more"}
    train, validation = sides
    return SampleGroups(
        train, validation, validation, EMOTIONS, about, True, "The macro-expressions are made."
    )


def samples_of_clips(clips: ClipSet, seed: int, spec: InputSpec) -> SampleGroups:
    """A fifth of the people to report on, a fifth of the others to choose by, the rest to learn from."""
    shown = clips.shown(spec.kind)
    subject_ids = clips.subject_ids
    if len(np.unique(subject_ids)) < 3:
        raise DataError(
            f"The data ({clips.origin}) holds {len(np.unique(subject_ids))} subjects: training needs three or "
            "more, to learn from, to choose by and to report on."
        )
    asked = held_out_subjects(subject_ids, ASIDE, seed)
    choose = np.zeros(len(clips), bool)
    choose[~asked] = held_out_subjects(subject_ids[~asked], ASIDE, seed + 1)
    sides = {"train": ~asked & ~choose, "validation": choose, "test": asked}
    _, numbers = np.unique(subject_ids, return_inverse=True)
    sets = {name: _side(shown, clips.truth, numbers, side, spec, name) for name, side in sides.items()}
    about = {
        "data": clips.origin,
        "subjects": {name: np.unique(subject_ids[side]).tolist() for name, side in sides.items()},
        "protocol": (
            "subjects in three groups that never meet: trained on the first, epoch and calibration chosen on "
            "the second, test scores on the third"
        ),
    }
    return SampleGroups(
        **sets,
        labels=clips.labels,
        about=about,
        synthetic=clips.synthetic,
        words=f"{clips.origin}. {clips.caveat}",
    )


def _side(
    shown: Sequence[NDArray[Any]],
    truth: NDArray[np.int64],
    subject_ids: NDArray[np.int64],
    side: NDArray[np.bool_],
    spec: InputSpec,
    name: str,
) -> LabelledSet:
    try:
        return from_shown([shown[i] for i in np.flatnonzero(side)], truth[side], subject_ids[side], spec)
    except DataError as error:
        raise DataError(f"The subjects drawn for {name!r} do not suffice ({error}): give more.") from error
