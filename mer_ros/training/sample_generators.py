"""Synthetic training samples of every kind of input that networks read: one generator for each kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import torch

from mer_ros.errors import DataError
from mer_ros.motion.key_frames import SEQUENCE_FRAMES
from mer_ros.progress import Part, Progress
from mer_ros.recognition.sample import InputSpec
from mer_ros.training.labelled_set import LabelledSet, from_flow, from_inputs
from mer_ros.types import InputKind

CHUNK = 500
"""Sequences generated at a time: all moments of each are held until its key frames are taken."""

MAX_EARLY = 2
"""A training sequence ends up to this number of moments early, because the spotter's offset may."""

CLEAN_SHARE = 0.1
"""Share of the training and validation flow that is without noise, so that an expression clearer than all
others is not rejected as unknown."""

LEAST_FLOW_PX = 56
"""Least width of generated flow, pixels: augmentation cuts crops out of it, then it is shrunk to a sample."""

CLEAN_SEED = 3
"""Added to the seed for the noise-free samples; the seeds of the three groups differ by 0 to 2."""

_TASK = "samples"

Generate = Callable[[int, Sequence[int], int, InputSpec, str, Progress], LabelledSet]
"""(n, subjects, seed, input, group: train, validation or test, progress) -> samples.

progress: receives one task at a time, counted in samples up to n.
"""


@dataclass(frozen=True)
class SampleGenerator:
    """generate: see ``Generate``. origin: of the data, for a checkpoint. description: of it, one sentence."""

    generate: Generate
    origin: str
    description: str


def _flow(
    n: int, subjects: Sequence[int], seed: int, spec: InputSpec, group: str, progress: Progress
) -> LabelledSet:
    from mer_ros.data.synthetic import flow_samples  # late: its mesh is needed only here

    clean = 0 if group == "test" else int(CLEAN_SHARE * n)
    noisy, size = n - clean, max(spec.size, LEAST_FLOW_PX)
    progress.started(_TASK, n)
    first, rest = Part(progress, _TASK, 0, noisy), Part(progress, _TASK, noisy, clean)
    parts = [
        flow_samples(noisy, subjects, seed, size, progress=first),
        flow_samples(clean, subjects, seed + CLEAN_SEED, size, clean=True, progress=rest),
    ]
    progress.finished(_TASK)
    flow, labels, subject_ids = (
        np.concatenate([getattr(part, field) for part in parts]) for field in ("data", "labels", "subjects")
    )
    return from_flow(flow, labels, subject_ids, spec)


def _sequences(
    n: int, subjects: Sequence[int], seed: int, spec: InputSpec, group: str, progress: Progress
) -> LabelledSet:
    from mer_ros.data.synthetic import flow_sequences

    parts = []
    progress.started(_TASK, n)
    for first in range(0, n, CHUNK):
        own_seed = int(np.random.SeedSequence([0, seed, first]).generate_state(1)[0])
        count = min(CHUNK, n - first)
        part = Part(progress, _TASK, first, count)
        flow = flow_sequences(count, subjects, own_seed, spec.size, SEQUENCE_FRAMES, progress=part)
        early = np.random.default_rng(own_seed).integers(0, MAX_EARLY + 1, len(flow.labels)) * (
            group == "train"
        )
        inputs = [one[: SEQUENCE_FRAMES - k] for one, k in zip(flow.data, early, strict=True)]
        data = np.stack([spec.scale(spec.read(one).data) for one in inputs])
        parts.append((data, flow.labels, flow.subjects))
    progress.finished(_TASK)
    data, labels, subject_ids = (np.concatenate(column) for column in zip(*parts, strict=True))
    return LabelledSet(torch.from_numpy(data), torch.from_numpy(labels), subject_ids, kind="sequence")


def _apex_images(
    n: int, subjects: Sequence[int], seed: int, spec: InputSpec, group: str, progress: Progress
) -> LabelledSet:
    from mer_ros.data.rendered_clips import rendered_clips, subjects_for

    clips = rendered_clips(n, subjects_for(n, subjects), seed, progress)
    faces = [
        cv2.cvtColor(own[k], cv2.COLOR_GRAY2BGR) for own, k in zip(clips.crops, clips.apex_index, strict=True)
    ]
    return from_inputs(faces, clips.labels, clips.subjects, spec)


GENERATORS: dict[InputKind, SampleGenerator] = {
    "flow": SampleGenerator(_flow, "synthetic flow", "The flow is synthetic."),
    "sequence": SampleGenerator(_sequences, "synthetic flow sequences", "The sequences are synthetic."),
    "apex": SampleGenerator(
        _apex_images,
        "grey images of rendered apexes",
        "The images show one photograph and drawn faces: systems that read appearance score higher than on "
        "people.",
    ),
}


def generator_of(kind: InputKind) -> SampleGenerator:
    """The generator of samples of a kind; DataError where no network is trained on it."""
    if kind not in GENERATORS:
        raise DataError(f"No network is trained on {kind!r}: choose another kind of input.")
    return GENERATORS[kind]
