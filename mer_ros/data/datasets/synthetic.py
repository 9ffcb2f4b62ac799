"""The synthetic data set: labelled clips of subjects that no shipped model was trained or tuned on."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.data.clip_set import ClipSet
from mer_ros.data.datasets.dataset import Dataset, Request
from mer_ros.data.long_videos import LongVideoSet
from mer_ros.data.rendered_clips import clips_per_subject, rendered_clips
from mer_ros.data.rendered_recordings import RenderedRecordings
from mer_ros.data.synthetic import (
    EVALUATION_SUBJECTS,
    GENERATOR_VERSION,
    TRAIN_SUBJECTS,
    flow_samples,
    flow_sequences,
)
from mer_ros.data.synthetic.coding import coded_units
from mer_ros.data.synthetic.generator import generator
from mer_ros.data.synthetic_videos import SUBJECTS, VIDEOS, synthetic_videos
from mer_ros.errors import ConfigError, quantity
from mer_ros.motion.key_frames import SEQUENCE_FRAMES
from mer_ros.progress import SILENT, Part, Progress
from mer_ros.types import EMOTIONS, InputKind

DATASET = "synthetic"
"""Name of the data set in results."""

CAVEAT = (
    "Half of the subjects show one photograph, the others drawn skin: recognition from appearance is easier "
    "here than on real people."
)

FLOW_CLIPS, FLOW_SUBJECTS = 442, 68
"""Default numbers of generated clips and subjects for flow, those of MEGC 2019."""

RENDERED_CLIPS, RENDERED_SUBJECTS = 140, 20
"""Default numbers for rendered clips, which take longer."""

UNSEEN_CLIPS, UNSEEN_SUBJECTS, UNSEEN_TEST_SHARE = 3000, 400, 3
"""Training samples and test subjects of each head for the test on an unseen head; one test sample for so many
training samples."""

UNSEEN_TASK = "generating flow of both heads"

RENDERED_KINDS: frozenset[InputKind] = frozenset({"clip", "apex"})
"""Kinds of input that only rendered clips have."""


def synthetic_clips(n: int, n_subjects: int, seed: int, size: int = 56, sequences: bool = False) -> ClipSet:
    """Generate flow of ``n`` clips of seven emotions; the same arguments give the same bytes.

    n_subjects: number of subjects, the first of ``EVALUATION_SUBJECTS``. size: width of the flow, pixels.
    sequences: also generate flow over time, of the same subjects and units with independent noise. Raises
    ConfigError for numbers out of range.
    """
    _check(n, n_subjects)
    subjects = EVALUATION_SUBJECTS[:n_subjects]
    flow = flow_samples(n, subjects, seed, size)
    clips = _labelled(flow.data, flow.labels, flow.subjects, f"synthetic flow, generator {GENERATOR_VERSION}")
    coded = tuple(
        coded_units(dict(zip(flow.unit_sides, row, strict=True))) for row in flow.strengths.tolist()
    )
    clips = replace(clips, units=coded)
    if not sequences:
        return clips
    return replace(clips, sequences=tuple(flow_sequences(n, subjects, seed, size, SEQUENCE_FRAMES).data))


def unseen_clips(n: int, n_subjects: int, seed: int, progress: Progress = SILENT) -> ClipSet:
    """Flow for the protocol ``unseen-generator``: of every head ``n`` samples to train on, with smooth noise,
    and a third as many to test on, with rough noise (``data.synthetic.rough_noise``).

    The column ``datasets`` names head and noise, "parametric rough". Training subjects are
    ``TRAIN_SUBJECTS``, test subjects the first ``n_subjects`` of ``EVALUATION_SUBJECTS``. Raises ConfigError
    for numbers out of range.
    """
    _check(n, n_subjects)
    n_test = -(-n // UNSEEN_TEST_SHARE)
    heads = tuple(generator().heads)
    progress.started(UNSEEN_TASK, len(heads) * (n + n_test))
    parts, done = [], 0
    for head in heads:
        for noise, count, subjects in (
            ("smooth", n, TRAIN_SUBJECTS),
            ("rough", n_test, EVALUATION_SUBJECTS[:n_subjects]),
        ):
            part = Part(progress, UNSEEN_TASK, done, count)
            flow = flow_samples(count, subjects, seed, 56, progress=part, head=head, noise=noise)
            clips = _labelled(flow.data, flow.labels, flow.subjects, "")
            parts.append(replace(clips, datasets=np.full(count, f"{head} {noise}")))
            done += count
    progress.finished(UNSEEN_TASK)
    joined = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in ("flow", "truth", "subjects", "datasets")
    }
    return ClipSet(
        **joined,
        labels=EMOTIONS,
        samples=np.array([f"clip_{i:05d}" for i in range(len(joined["truth"]))]),
        origin=f"synthetic flow, generator {GENERATOR_VERSION}, one head to train on, the other to test on",
        synthetic=True,
    )


def rendered_synthetic_clips(
    n: int, n_subjects: int, seed: int, progress: Progress = SILENT, sequences: bool = False
) -> ClipSet:
    """Render ``n`` clips and measure their flow, so that systems with any kind of input read the same events.

    The apex images have three channels but no colour. progress: see ``rendered_clips``. sequences: also
    measure flow over time. Raises ConfigError for numbers out of range.
    """
    _check(n, n_subjects)
    rendered = rendered_clips(n, EVALUATION_SUBJECTS[:n_subjects], seed, progress, sequences=sequences)
    origin = f"rendered clips, generator {GENERATOR_VERSION}"
    clips = _labelled(rendered.flow, rendered.labels, rendered.subjects, origin)
    apex_images = tuple(
        cv2.cvtColor(crops[apex], cv2.COLOR_GRAY2BGR)
        for crops, apex in zip(rendered.crops, rendered.apex_index, strict=True)
    )
    return replace(
        clips,
        crops=rendered.crops,
        sequences=rendered.sequences,
        apex_images=apex_images,
        units=rendered.units,
        recordings=RenderedRecordings(clips_per_subject(n, EVALUATION_SUBJECTS[:n_subjects]), seed),
        caveat=CAVEAT,
    )


def _check(n: int, n_subjects: int) -> None:
    if not 2 <= n_subjects <= len(EVALUATION_SUBJECTS) or n < 2:
        raise ConfigError(
            f"Synthetic clips need 2 to {len(EVALUATION_SUBJECTS)} subjects and 2 clips or more, found "
            f"{quantity(n_subjects, 'subject')} and {quantity(n, 'clip')}: choose other numbers."
        )


def _labelled(
    flow: NDArray[np.float32], labels: NDArray[np.int64], subjects: NDArray[np.int64], origin: str
) -> ClipSet:
    return ClipSet(
        flow=flow,
        truth=labels,
        labels=EMOTIONS,
        samples=np.array([f"clip_{i:05d}" for i in range(len(labels))]),
        subjects=np.array([str(subject) for subject in subjects]),
        datasets=np.full(len(labels), DATASET),
        origin=origin,
        synthetic=True,
    )


def _open(request: Request) -> ClipSet:
    sequences = "sequence" in request.kinds
    if request.unseen:
        n, n_subjects = request.samples or UNSEEN_CLIPS, request.subjects or UNSEEN_SUBJECTS
        return unseen_clips(n, n_subjects, request.seed, request.progress)
    if request.kinds & RENDERED_KINDS or request.frames:
        n, n_subjects = request.samples or RENDERED_CLIPS, request.subjects or RENDERED_SUBJECTS
        return rendered_synthetic_clips(n, n_subjects, request.seed, request.progress, sequences)
    n, n_subjects = request.samples or FLOW_CLIPS, request.subjects or FLOW_SUBJECTS
    return synthetic_clips(n, n_subjects, request.seed, sequences=sequences)


def _open_videos(request: Request) -> LongVideoSet:
    n_subjects = request.subjects or min(request.samples or SUBJECTS, SUBJECTS)
    return synthetic_videos(request.samples or max(VIDEOS, n_subjects), n_subjects, request.seed)


SYNTHETIC = Dataset(
    name="synthetic",
    help="generated flow or rendered clips, whichever the systems read",
    kinds=frozenset({"flow", "sequence", "clip", "apex"}),
    opener=_open,
    generated=True,
    training_samples_on_demand=True,
    slow_kinds=RENDERED_KINDS,
    video_opener=_open_videos,
)
