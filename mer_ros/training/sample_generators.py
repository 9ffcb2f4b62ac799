"""Made samples of every kind of input that networks read: how each is made, and what is to be said of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import torch

from mer_ros.errors import DataError
from mer_ros.motion.key_frames import SHOWN_FRAMES
from mer_ros.recognition.sample import InputSpec
from mer_ros.training.labelled_set import LabelledSet, from_flow, from_shown
from mer_ros.types import InputKind

AT_ONCE = 500
"""Sequences made at a time: of each, all moments are held until its key frames are taken."""

EARLY = 2
"""A sequence to learn from ends up to so many moments early, as the spotter's offset may."""

CLEAR = 0.1
"""Share of made flow to learn from and to choose by that is without any noise: an expression that is clearer
than all others is not to be taken for none that was learned."""

CLEAR_SEED = 3
"""Their seed lies so far from that of the others: beyond the seeds of the three groups."""

PlaybackCallbacks = Callable[[int, int], None]
"""Told how many samples are made, and of how many."""

Generate = Callable[[int, Sequence[int], int, InputSpec, str, PlaybackCallbacks], LabelledSet]
"""(n, subjects, seed, what is read, the group: train, validation or test, who is told) -> samples."""


@dataclass(frozen=True)
class SampleGenerator:
    """make: see ``Generate``. what, words: of the data, for a checkpoint and as a sentence."""

    make: Generate
    what: str
    words: str


def _flow(
    n: int, subjects: Sequence[int], seed: int, spec: InputSpec, group: str, told: PlaybackCallbacks
) -> LabelledSet:
    from mer_ros.data.synthetic import flow_samples  # late: its mesh is needed only here

    clear = 0 if group == "test" else int(CLEAR * n)
    noisy = n - clear
    parts = [flow_samples(noisy, subjects, seed, spec.size, told=lambda done, _: told(done, n))]
    clear_seed = seed + CLEAR_SEED
    parts += [
        flow_samples(
            clear, subjects, clear_seed, spec.size, clean=True, told=lambda done, _: told(noisy + done, n)
        )
    ]
    flow, labels, subject_ids = (
        np.concatenate([getattr(part, field) for part in parts]) for field in ("data", "labels", "subjects")
    )
    return from_flow(flow, labels, subject_ids, spec)


def _sequences(
    n: int, subjects: Sequence[int], seed: int, spec: InputSpec, group: str, told: PlaybackCallbacks
) -> LabelledSet:
    from mer_ros.data.synthetic import flow_sequences

    parts = []
    for first in range(0, n, AT_ONCE):
        own_seed = int(np.random.SeedSequence([0, seed, first]).generate_state(1)[0])
        made = flow_sequences(
            min(AT_ONCE, n - first),
            subjects,
            own_seed,
            spec.size,
            SHOWN_FRAMES,
            told=lambda done, _, before=first: told(before + done, n),  # type: ignore[misc]
        )
        early = np.random.default_rng(own_seed).integers(0, EARLY + 1, len(made.labels)) * (group == "train")
        shown = [one[: SHOWN_FRAMES - k] for one, k in zip(made.data, early, strict=True)]
        data = np.stack([spec.scale(spec.read(one).data) for one in shown])
        parts.append((data, made.labels, made.subjects))
    data, labels, subject_ids = (np.concatenate(column) for column in zip(*parts, strict=True))
    return LabelledSet(torch.from_numpy(data), torch.from_numpy(labels), subject_ids, kind="sequence")


def _pictures(
    n: int, subjects: Sequence[int], seed: int, spec: InputSpec, group: str, told: PlaybackCallbacks
) -> LabelledSet:
    from mer_ros.data.rendered_clips import people_for, rendered_clips

    clips = rendered_clips(n, people_for(n, subjects), seed, told)
    faces = [cv2.cvtColor(own[k], cv2.COLOR_GRAY2BGR) for own, k in zip(clips.crops, clips.apex, strict=True)]
    return from_shown(faces, clips.labels, clips.subjects, spec)


def _none(
    n: int, subjects: Sequence[int], seed: int, spec: InputSpec, group: str, told: PlaybackCallbacks
) -> LabelledSet:
    raise DataError(f"No network learns from {spec.kind!r}: choose another kind of input.")


GENERATORS: dict[InputKind, SampleGenerator] = {
    "flow": SampleGenerator(_flow, "made flow", "The flow is made."),
    "sequence": SampleGenerator(_sequences, "made flow sequences", "The sequences are made."),
    "apex": SampleGenerator(
        _pictures,
        "grey pictures of rendered apexes",
        "The pictures are rendered from one photograph: what reads appearance finds it easier than people.",
    ),
    "clip": SampleGenerator(_none, "", ""),
}
