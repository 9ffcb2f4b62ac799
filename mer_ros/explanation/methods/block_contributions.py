"""Which blocks and planes of a clip spoke for a label, from the machine that answered.

The machine tells what each number of the feature has contributed to the lead of the label over the mean of
all labels, against the average clip of its training (``svm.machine``: exact for a linear machine, integrated
gradients for kernels). Sums over the bins of a block give a map of blocks, painted over the pixels whose
codes each block counts; what speaks against the label is left out of the picture, not of the sums.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from mer_ros.explanation.evidence import Evidence, evidence
from mer_ros.recognition.systems.lbp_svm import LbpSvm

PART_NAMES = {
    "XY": "XY (how it looks)",
    "XT": "XT (sideways over time)",
    "YT": "YT (up and down over time)",
    "space": "neighbours in the picture",
    "time": "neighbours in time",
    "SD": "SD (spatial difference)",
    "TD": "TD (direction of change)",
    "TG": "TG (strength of change)",
}
"""Planes and patterns in words."""


@evidence.register
def _of_described(system: LbpSvm, x: Tensor, label: int) -> Evidence:
    blocks = block_contributions(system, x, label)
    painted = painted_blocks(system, blocks, x.shape[-1])
    return Evidence(np.maximum(painted, 0), system(x), _note(system, blocks))


def block_contributions(system: LbpSvm, x: Tensor, label: int) -> NDArray[np.float64]:
    """(1, T, S, S) clip -> (time, rows, columns, parts) float64.

    They add up to the lead of the label (its logit less the mean logit) over that of the average clip:
    exactly for a linear machine, nearly for kernels.
    """
    feature = system.describe(x.cpu().numpy())[0]
    return system.layout.by_block(system.machine.contributions(feature, label))


def painted_blocks(system: LbpSvm, blocks: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    """(time, rows, columns, parts) -> (size, size) signed map of the same sum."""
    return system.layout.paint(blocks.sum((0, 3)), (size, size))


def _note(system: LbpSvm, blocks: NDArray[np.float64]) -> str:
    """The share of each plane or pattern in what spoke for the label, largest first, and how it is known."""
    spoke = np.maximum(blocks, 0).sum((0, 1, 2))
    if not spoke.any():
        return "No block speaks for it."
    shares = spoke / spoke.sum()
    words = [
        f"{PART_NAMES[system.layout.parts[i]]} {shares[i]:.0%}" for i in np.argsort(-shares, kind="stable")
    ]
    how = (
        "exact: the blocks add up to the score" if system.machine.exact else "approximate: integrated slopes"
    )
    return f"What spoke for it: {', '.join(words)} ({how})."
