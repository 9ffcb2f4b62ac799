"""Made flow as labelled clips of people on whom nothing was trained or chosen."""

from __future__ import annotations

import numpy as np

from mer_ros.data.flow_clips import FlowClips
from mer_ros.data.synthetic import EVALUATION_SUBJECTS, GENERATOR_VERSION, flow_samples
from mer_ros.errors import ConfigError
from mer_ros.types import EMOTIONS

DATASET = "made"


def made_clips(n: int, people: int, seed: int, size: int = 56) -> FlowClips:
    """``n`` clips of the first ``people`` of them, seven emotions; the same arguments give the same bytes."""
    if not 2 <= people <= len(EVALUATION_SUBJECTS) or n < 2:
        raise ConfigError(
            f"Made clips need 2 to {len(EVALUATION_SUBJECTS)} subjects and 2 clips or more, found {people} "
            f"subjects and {n} clips: give others."
        )
    made = flow_samples(n, EVALUATION_SUBJECTS[:people], seed, size)
    return FlowClips(
        flow=made.data,
        truth=made.labels,
        labels=EMOTIONS,
        samples=np.array([f"clip_{i:05d}" for i in range(n)]),
        subjects=np.array([str(subject) for subject in made.subjects]),
        datasets=np.full(n, DATASET),
        origin=f"made flow, generator {GENERATOR_VERSION}",
        made=True,
    )
