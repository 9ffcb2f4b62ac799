"""Deletion and insertion: how the answer changes as the pixels of a map are removed or added in its order.

Petsiuk, Das, Saenko, "RISE: Randomized Input Sampling for Explanation of Black-box Models", arXiv:1806.07421,
by two curves. Deletion starts with the sample and blanks its most relevant pixels first; insertion starts
with a blank sample and adds them. A faithful map makes the probability of the label fall early and rise
early: the area under the curve of deletion is small and that of insertion large. Their difference is about 0
for a map in random order. Blank is that of ``methods.region_occlusion``.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from mer_ros.explanation.methods.method import evaluation_mode
from mer_ros.explanation.methods.region_occlusion import blank
from mer_ros.recognition.system import System

STEPS = 16
_SEED = 0


class Areas(NamedTuple):
    """(B,) float64, 0..1: areas under the curves of the label's probability, over the share of pixels."""

    deletion: NDArray[np.float64]
    insertion: NDArray[np.float64]

    @property
    def gain(self) -> NDArray[np.float64]:
        """(B,) insertion minus deletion, -1..1; about 0 for a map in random order."""
        return self.insertion - self.deletion


@torch.no_grad()
def deletion_insertion(
    system: System, x: Tensor, labels: Tensor, maps: NDArray[np.floating], steps: int = STEPS
) -> Areas:
    """Areas of B inputs (B, ...) with (B,) labels and (B, h, w) maps; all steps of an input are one batch."""
    shares = np.linspace(0, 1, steps + 1)
    areas = []
    with evaluation_mode(system):
        for one, label, heatmap in zip(x, labels.tolist(), maps, strict=True):
            first = _relevant_first(heatmap, one.shape[-1])
            chosen = first[None] < shares[:, None, None] * first.size  # (steps + 1, S, S), none to all
            masks = torch.from_numpy(chosen).to(one.device)
            masks = masks.reshape(len(masks), *[1] * (one.ndim - 2), *one.shape[-2:])
            nothing = blank(one)
            both = torch.cat([torch.where(masks, nothing, one), torch.where(masks, one, nothing)])
            chances = torch.softmax(system(both).logits.double(), 1)[:, label].cpu().numpy()
            areas.append([np.trapz(curve, shares) for curve in np.split(chances, 2)])
    deletion, insertion = np.array(areas, np.float64).reshape(-1, 2).T
    return Areas(deletion, insertion)


def _relevant_first(heatmap: NDArray[np.floating], size: int) -> NDArray[np.int64]:
    """(h, w) map -> (size, size) place of each pixel, 0 for the most relevant, equal ones in random order."""
    large = cv2.resize(np.asarray(heatmap, np.float32), (size, size), interpolation=cv2.INTER_LINEAR).ravel()
    chance = np.random.default_rng(_SEED).permutation(large.size)
    place = np.empty(large.size, np.int64)
    place[np.lexsort((chance, -large))] = np.arange(large.size)
    return place.reshape(size, size)
