"""Samples for the reader of action units: flow, and which units it shows on which side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mer_ros.data.synthetic.flow_samples import Draw, flow_samples
from mer_ros.data.synthetic.unit_combinations import draw_mixed
from mer_ros.face.facs import SIDES, UNITS
from mer_ros.face.unit_coding import MIDLINE, PRESENT
from mer_ros.progress import SILENT, Part, Progress
from mer_ros.training.sample_generators import CLEAN_SEED, CLEAN_SHARE, LEAST_FLOW_PX

TASK = "generating flow of action units"


@dataclass(frozen=True, eq=False)
class UnitSet:
    """flow: (N, 2, S, S) float32, crop pixels. present: (N, K, 2) bool, of ``UNITS``, right and left side.
    subjects: (N,) int64.
    """

    flow: NDArray[np.float32]
    present: NDArray[np.bool_]
    subjects: NDArray[np.int64]


def unit_samples(
    n: int,
    subjects: Sequence[int],
    seed: int,
    head: str,
    noise: str = "smooth",
    draw: Draw | None = draw_mixed,
    clean_share: float = CLEAN_SHARE,
    progress: Progress = SILENT,
) -> UnitSet:
    """``n`` samples of one head. draw: the units of a sample; None: those of the recipes. clean_share: share
    of the samples without noise.

    progress: receives ``TASK``, counted in samples. Raises ConfigError as ``flow_samples``.
    """
    clean = round(n * clean_share)
    progress.started(TASK, n)
    done, sets = 0, []
    for count, own_seed, without_noise in ((n - clean, seed, False), (clean, seed + CLEAN_SEED, True)):
        part = Part(progress, TASK, done, count)
        sets.append(
            flow_samples(
                count, subjects, own_seed, LEAST_FLOW_PX, without_noise, progress=part, head=head,
                noise=noise, draw=draw,
            )
        )  # fmt: skip
        done += count
    progress.finished(TASK)
    names = sets[0].unit_sides
    columns = np.array([[names.index(unit + side) for side in SIDES] for unit in UNITS])  # (K, 2)
    present = np.concatenate([one.strengths for one in sets])[:, columns] > PRESENT
    middle = [k for k, unit in enumerate(UNITS) if unit in MIDLINE]
    present[:, middle] = present[:, middle].any(-1, keepdims=True)
    return UnitSet(
        np.concatenate([one.data for one in sets]),
        present,
        np.concatenate([one.subjects for one in sets]),
    )


def joined(sets: Sequence[UnitSet]) -> UnitSet:
    """All samples of several sets."""
    return UnitSet(
        *(np.concatenate([getattr(one, name) for one in sets]) for name in ("flow", "present", "subjects"))
    )
