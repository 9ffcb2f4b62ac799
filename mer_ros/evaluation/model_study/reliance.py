"""What the answers of a model rest on: regions of the face, and action units of synthetic subjects.

Regions: the fall of the score of the answer when a region is blank (``methods.region_occlusion``).
Action units: the fall of the probability of the answer when the generator leaves out one unit and keeps the
subject, the noise and the other units. A unit that moves alone cannot be left out.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from mer_ros.evaluation.model_study.answers import probabilities_of
from mer_ros.evaluation.model_study.subjects import WithoutUnit
from mer_ros.explanation.methods.region_occlusion import region_drops
from mer_ros.recognition.recogniser import Recogniser

FEWEST_CLIPS = 3
"""Clips below which nothing is said about a unit."""


class UnitReliance(NamedTuple):
    """unit: its name. clips: number of clips that show it beside others. fall: mean fall of the probability
    of the answer without it, -1..1. changed: share of the clips whose answer is another without it.
    """

    unit: str
    clips: int
    fall: float
    changed: float


def unit_reliance(
    recogniser: Recogniser, removed: WithoutUnit, probabilities: NDArray[np.float64]
) -> tuple[UnitReliance, ...]:
    """The units in the order of their fall, the largest first.

    probabilities: (N, C) of the complete samples, in the labels of the model.
    """
    if not len(removed.clips):
        return ()
    before = probabilities[removed.clips]
    after = probabilities_of(recogniser, removed.inputs)
    answer, rows = before.argmax(1), np.arange(len(before))
    fall = before[rows, answer] - after[rows, answer]
    changed = after.argmax(1) != answer
    units = np.array(removed.units)
    found = [
        UnitReliance(
            str(unit),
            int((units == unit).sum()),
            float(fall[units == unit].mean()),
            float(changed[units == unit].mean()),
        )
        for unit in np.unique(units)
    ]
    return tuple(
        sorted((one for one in found if one.clips >= FEWEST_CLIPS), key=lambda one: (-one.fall, one.unit))
    )


def region_reliance(recogniser: Recogniser, x: Tensor, answers: NDArray[np.int64]) -> NDArray[np.float64]:
    """(C, R) share of each region in the falls of the score, for each answered label; rows sum to 1.

    x: (n, ...) scaled inputs. answers: (n,) labels. Rises of the score count as 0. NaN for a label that is
    never answered.
    """
    drops, _ = region_drops(recogniser.system, x, torch.from_numpy(answers))
    falls = np.maximum(drops.astype(np.float64), 0)
    totals = falls.sum(1, keepdims=True)
    shares = np.divide(falls, totals, out=np.full_like(falls, np.nan), where=totals > 0)
    known = ~np.isnan(shares[:, 0])
    rows = [
        shares[known & (answers == label)].mean(0)
        if (known & (answers == label)).any()
        else np.full(falls.shape[1], np.nan)
        for label in range(len(recogniser.labels))
    ]
    return np.stack(rows)
