"""Made data as labelled clips of people on whom nothing was trained or chosen."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.data.clip_set import ClipSet
from mer_ros.data.rendered_clips import Watch, rendered_clips
from mer_ros.data.synthetic import EVALUATION_SUBJECTS, GENERATOR_VERSION, flow_samples, flow_sequences
from mer_ros.errors import ConfigError
from mer_ros.motion.key_frames import SHOWN_FRAMES
from mer_ros.types import EMOTIONS

DATASET = "made"
ONE_FACE = "One photograph is behind every clip: what reads appearance finds it easier here than on people."


def synthetic_clips(n: int, people: int, seed: int, size: int = 56, sequences: bool = False) -> ClipSet:
    """``n`` clips of the first ``people`` of them, seven emotions; the same arguments give the same bytes.

    sequences: also as flow over time, with noise of its own: the same people show the same units.
    """
    _check(n, people)
    subjects = EVALUATION_SUBJECTS[:people]
    made = flow_samples(n, subjects, seed, size)
    clips = _labelled(made.data, made.labels, made.subjects, f"made flow, generator {GENERATOR_VERSION}")
    if not sequences:
        return clips
    return replace(clips, sequences=tuple(flow_sequences(n, subjects, seed, size, SHOWN_FRAMES).data))


def rendered_synthetic_clips(
    n: int, people: int, seed: int, watch: Watch | None = None, sequences: bool = False
) -> ClipSet:
    """The same as rendered clips, with the flow that was measured on them: all read the same events.

    The pictures of the apexes have three channels but no colour.
    sequences: also as flow over time, measured on them too.
    """
    _check(n, people)
    made = rendered_clips(n, EVALUATION_SUBJECTS[:people], seed, watch, sequences=sequences)
    clips = _labelled(made.flow, made.labels, made.subjects, f"rendered clips, generator {GENERATOR_VERSION}")
    apexes = tuple(
        cv2.cvtColor(crops[apex], cv2.COLOR_GRAY2BGR)
        for crops, apex in zip(made.crops, made.apex, strict=True)
    )
    return replace(clips, crops=made.crops, sequences=made.sequences, apexes=apexes, caveat=ONE_FACE)


def _check(n: int, people: int) -> None:
    if not 2 <= people <= len(EVALUATION_SUBJECTS) or n < 2:
        raise ConfigError(
            f"Made clips need 2 to {len(EVALUATION_SUBJECTS)} subjects and 2 clips or more, found {people} "
            f"subjects and {n} clips: give others."
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
