"""One finished model on synthetic subjects, and on the clips of a folder if one is given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from mer_ros.data.clip_set import ClipSet
from mer_ros.data.label_mapping import MEGC_LABELS, megc_label
from mer_ros.errors import DataError
from mer_ros.evaluation.model_study.answers import Answers, answers
from mer_ros.evaluation.model_study.maps import MapStudy, chosen_clips, study_maps
from mer_ros.evaluation.model_study.reliance import UnitReliance, region_reliance, unit_reliance
from mer_ros.evaluation.model_study.subjects import SyntheticSubjects
from mer_ros.progress import SILENT, Progress
from mer_ros.recognition.checkpoint import ModelCard
from mer_ros.recognition.recogniser import Recogniser
from mer_ros.training.entrant import DecodedPrototypes
from mer_ros.training.inspection import decoded
from mer_ros.types import EMOTIONS, Sample

MOST_OCCLUDED = 56
"""Samples whose regions are made blank."""


@dataclass(frozen=True, eq=False)
class ModelStudy:
    """A model as its page shows it.

    subjects: the synthetic samples, in the labels of the model. examples: the inputs whose maps are in
    ``maps``. regions: (C, R) share of each region, see ``reliance.region_reliance``. folder: the clips of a
    data set, and its answers; None if none was given. prototypes: decoded; None for a model without a decoder
    or without prototypes. maps: None where no prediction is correct.
    """

    model_id: str
    card: ModelCard
    n_parameters: int
    has_prototypes: bool
    seed: int
    subjects: SyntheticSubjects
    answers: Answers
    prototypes: DecodedPrototypes | None
    regions: NDArray[np.float64]
    units: tuple[UnitReliance, ...]
    maps: MapStudy | None
    examples: tuple[Sample, ...]
    folder: ClipSet | None = None
    folder_answers: Answers | None = None

    @property
    def name(self) -> str:
        """The name of the model without the hash of its weights."""
        return self.model_id.partition("@")[0]


def study_model(
    recogniser: Recogniser,
    subjects: SyntheticSubjects,
    seed: int,
    folder: ClipSet | None = None,
    progress: Progress = SILENT,
) -> ModelStudy:
    """The study; the same arguments give the same numbers.

    DataError where the labels of the model cannot be compared with those of the clips.
    """
    folder_answers = answers(recogniser, folder, progress) if folder is not None else None
    subjects = replace(subjects, clips=relabelled(subjects.clips, recogniser.labels))
    own = answers(recogniser, subjects.clips, progress)
    inputs = subjects.clips.inputs(recogniser.input_kind)
    some = np.arange(min(MOST_OCCLUDED, len(own.truth)))
    maps = chosen_clips(own.truth, own.right, len(own.labels))
    explained, samples = _tensor(recogniser, [inputs[i] for i in maps])
    occluded, _ = _tensor(recogniser, [inputs[i] for i in some])
    shown = decoded(recogniser.system, recogniser.card.input, 0)
    true_regions = None if subjects.regions is None else subjects.regions[maps]
    return ModelStudy(
        model_id=recogniser.model_id,
        card=recogniser.card,
        n_parameters=sum(value.numel() for value in recogniser.system.state_dict().values()),
        has_prototypes=recogniser.system.has_prototypes,
        seed=seed,
        subjects=subjects,
        answers=own,
        prototypes=shown[0] if shown else None,
        regions=region_reliance(recogniser, occluded, own.probabilities[some].argmax(1)),
        units=unit_reliance(recogniser, subjects.removed, own.probabilities),
        maps=study_maps(recogniser, explained, own.truth[maps], maps, true_regions, progress),
        examples=tuple(samples),
        folder=folder,
        folder_answers=folder_answers,
    )


def relabelled(clips: ClipSet, labels: tuple[str, ...]) -> ClipSet:
    """Synthetic clips in the labels of a model, in its order: the seven emotions, or the classes of MEGC.

    DataError for a model with other labels.
    """
    if set(labels) == set(EMOTIONS):
        names = clips.labels
    elif set(labels) == set(MEGC_LABELS):
        names = tuple(megc_label(label) for label in clips.labels)
    else:
        raise DataError(
            f"The model's labels are {', '.join(labels)}, but synthetic subjects show {', '.join(EMOTIONS)}: "
            "explain a model with these labels, or with those of MEGC 2019."
        )
    places = np.array([labels.index(name) for name in names], np.int64)
    return replace(clips, truth=places[clips.truth], labels=labels)


def _tensor(recogniser: Recogniser, inputs: Sequence[NDArray[Any]]) -> tuple[Tensor, list[Sample]]:
    """(n, ...) scaled inputs of one shape, and the samples. Clips of several lengths have the shortest."""
    samples = [recogniser.card.input.read(one) for one in inputs]
    if not samples:
        return torch.empty(0), []
    if recogniser.input_kind == "clip":
        frames = min(len(one.data) for one in samples)
        samples = [
            Sample(one.kind, one.data[np.linspace(0, len(one.data) - 1, frames).round().astype(int)])
            for one in samples
        ]
    return torch.cat([recogniser.tensor(one) for one in samples]), samples
