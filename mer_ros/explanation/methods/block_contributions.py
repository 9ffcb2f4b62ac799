"""Contributions of the blocks and planes of a clip to the score of a label, computed by the machine itself.

The machine computes how much each number of the feature contributes to the lead of the label over the mean of
all labels, relative to the average training clip (``svm.machine``: exact for a linear machine, integrated
gradients for kernels). Sums over the bins of a block give a map of blocks, painted over the pixels whose
codes the block counts. The heat map shows only positive contributions; the sums also contain negative ones.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from mer_ros.explanation.attribution import Attributions
from mer_ros.explanation.methods.method import Method
from mer_ros.explanation.notes import Note, note_of
from mer_ros.recognition.system import System
from mer_ros.recognition.systems.lbp_svm import LbpSvm


def maps(system: LbpSvm, x: Tensor, labels: Tensor) -> Attributions:
    """The positive part of the painted blocks, (B, S, S), with a note on the share of each plane."""
    blocks = [
        block_contributions(system, one[None], label) for one, label in zip(x, labels.tolist(), strict=True)
    ]
    painted = np.stack([painted_blocks(system, one, x.shape[-1]) for one in blocks])
    return Attributions(np.maximum(painted, 0), system(x), tuple(_note(system, one) for one in blocks))


def block_contributions(system: LbpSvm, x: Tensor, label: int) -> NDArray[np.float64]:
    """(1, T, S, S) clip -> (time, rows, columns, parts) float64.

    Their sum is the lead of the label (its logit minus the mean logit), minus that of the average clip:
    exactly for a linear machine, approximately for kernels.
    """
    feature = system.describe(x.cpu().numpy())[0]
    return system.layout.by_block(system.machine.contributions(feature, label))


def painted_blocks(system: LbpSvm, blocks: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    """(time, rows, columns, parts) -> (size, size) signed map with the same sum."""
    return system.layout.paint(blocks.sum((0, 3)), (size, size))


def _note(system: LbpSvm, blocks: NDArray[np.float64]) -> Note:
    """Share of each plane or pattern in the positive contributions, largest first, and its accuracy."""
    positive = np.maximum(blocks, 0).sum((0, 1, 2))
    if not positive.any():
        return Note("no_block")
    shares = positive / positive.sum()
    order = np.argsort(-shares, kind="stable")
    key = "blocks_exact" if system.machine.exact else "blocks_approximate"
    return note_of(key, ((system.layout.parts[i], shares[i]) for i in order))


def _has_blocks(system: System) -> bool:
    return isinstance(system, LbpSvm)


METHOD = Method(maps, _has_blocks, "a machine on blocks of a descriptor")
"""The method's entry in the catalogue."""
