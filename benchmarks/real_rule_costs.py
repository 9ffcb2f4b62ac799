"""What each rule of rejection costs and prevents on real faces: added expressions, and people without any."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import joblib
import numpy as np
from numpy.typing import NDArray
from rich.progress import track

from benchmarks.posed_expressions import COURSES, added_upper, measured, spotted, watch
from benchmarks.table import Figure
from mer_ros.spotting.config import SpotterConfig
from mer_ros.spotting.measurement import FaceMeasurement
from mer_ros.spotting.rejection import REASONS

Measured = Sequence[tuple[int, FaceMeasurement]]

ON_STILL = COURSES[2:4]
ON_TALK = COURSES[2:3]
"""Courses of the expressions that are added to the person who sits still, and to those who talk."""

EVERY = 3
"""One of so many expressions is added: a rule takes minutes otherwise."""


def rule_costs(
    talking: Sequence[Path], still: Path, groups: Sequence[NDArray[np.float64]]
) -> Iterator[Figure]:
    """Two rows for each rule: expressions and events of people without any that are added without it.

    talking, still: recordings. groups: (G, 2) movements of posed expressions.
    """
    groups = groups[::EVERY]
    sitting, talk = measured(still), [measured(path) for path in talking]
    configs = [SpotterConfig(), *(SpotterConfig(without_rules=(reason,)) for reason in REASONS)]
    jobs = [joblib.delayed(_counts)(sitting, talk, [*talking, still], groups, one) for one in configs]
    counts = list(track(joblib.Parallel(n_jobs=2, return_as="generator")(jobs), "rules", len(jobs)))
    found, events, added = counts[0]
    note = f"with all rules {found} of {added} found, {events} events of {len(talking) + 1} people without"
    for reason, (more, false, _) in zip(REASONS, counts[1:], strict=True):
        yield Figure(f"rule {reason}: costs", more - found, "posed expressions", note=note)
        yield Figure(f"rule {reason}: prevents", false - events, "false events")


def _counts(
    sitting: Measured,
    talk: Sequence[Measured],
    quiet: Sequence[Path],
    groups: Sequence[NDArray[np.float64]],
    config: SpotterConfig,
) -> tuple[int, int, int]:
    """Numbers of spotted expressions, of events of people without any, and of added expressions."""
    still = [spotted([sitting], groups, course, config) for course in ON_STILL]
    upper = [spotted(talk, added_upper(groups, course), course, config) for course in ON_TALK]
    found = np.concatenate([*still, *upper])
    return int(found.sum()), sum(watch(path, config).events for path in quiet), len(found)
