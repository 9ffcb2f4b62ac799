"""Whether the map of one event is to be trusted: two cheap checks with a handful of further answers.

1. Stability: the map of a copy of the sample with a little noise must look like the map. Yeh et al., "On the
   (In)fidelity and Sensitivity of Explanations", arXiv:1901.09392, measure the largest change; here it is the
   rank correlation of one copy.
2. Order: without the most relevant fifth of the face the score must fall, and more than four times as much as
   without the least relevant fifth.

A map that fails one of them is called ``UNSTABLE`` in pictures and text.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from mer_ros.explanation.attribution import Attribution
from mer_ros.explanation.faithfulness.similarity import rank_correlation
from mer_ros.explanation.methods.catalogue import maps_of
from mer_ros.explanation.methods.method import evaluation_mode, scores
from mer_ros.explanation.methods.region_occlusion import blank
from mer_ros.motion.normalisation import face_window
from mer_ros.recognition.system import ModelOutput, System

UNSTABLE = "unstable"
"""The word for a map that is not to be trusted."""

NOISE = 0.1
"""Standard deviation of the noise of the copy, relative to that of the sample."""

MIN_STABILITY = 0.5
MAX_LEAST = 0.25
"""Largest fall without the least relevant fifth, relative to that without the most relevant one."""

FIFTH = 0.2
_SEED = 0


class MapTrust(NamedTuple):
    """stability: -1..1, rank correlation with the map of the noisy copy. most, least: fall of the score
    without the most and the least relevant fifth of the face.
    """

    stability: float
    most: float
    least: float

    @property
    def warning(self) -> str:
        """``UNSTABLE``, or "" for a map that passes both checks."""
        ordered = self.most > 0 and self.least <= MAX_LEAST * self.most
        return "" if self.stability >= MIN_STABILITY and ordered else UNSTABLE


def trusted_attribution(
    system: System, x: Tensor, label: int, method: str = ""
) -> tuple[Attribution, MapTrust]:
    """The attribution of one input (1, ...) and label, and the checks of its map, in one call of the method.

    A sample without movement has no noise and an empty map, which is unstable.
    """
    found = maps_of(system, torch.cat([x, _noisy(x)]), torch.full((2,), label), method)
    trust, output = _checked(system, x, label, found.maps[0], found.maps[1])
    return replace(found, output=output).of(0), trust  # the first of both batches is the input itself


def map_trust(
    system: System, x: Tensor, label: int, heatmap: NDArray[np.floating], method: str = ""
) -> MapTrust:
    """The checks of a given (h, w) map of one input (1, ...) and label.

    method: the one that made the map; "" for the system's own.
    """
    noisy = maps_of(system, _noisy(x), torch.tensor([label]), method)
    return _checked(system, x, label, heatmap, noisy.maps[0])[0]


def _noisy(x: Tensor) -> Tensor:
    """A copy of one input (1, ...) with the same noise every time."""
    noise = torch.randn(x.shape, generator=torch.Generator().manual_seed(_SEED)).to(x)
    return x + NOISE * x.std() * noise


def _checked(
    system: System, x: Tensor, label: int, heatmap: NDArray[np.floating], noisy: NDArray[np.floating]
) -> tuple[MapTrust, ModelOutput]:
    like = rank_correlation(heatmap[None], noisy[None])
    most, least, output = _falls(system, x, label, heatmap)
    return MapTrust(float(like[0]), most, least), output


@torch.no_grad()
def _falls(
    system: System, x: Tensor, label: int, heatmap: NDArray[np.floating]
) -> tuple[float, float, ModelOutput]:
    """Fall of the score without the most and the least relevant fifth of the window of the face.

    And the output for the input, first, and for both copies.
    """
    size = x.shape[-1]
    large = cv2.resize(np.asarray(heatmap, np.float32), (size, size), interpolation=cv2.INTER_LINEAR)
    pixels = np.flatnonzero(face_window(size))
    order = pixels[np.argsort(large.flat[pixels], kind="stable")]
    n = round(FIFTH * len(order))
    masks = np.zeros((2, size * size), bool)
    masks[0, order[-n:]] = masks[1, order[:n]] = True
    chosen = torch.from_numpy(masks).to(x.device).reshape(2, *[1] * (x.ndim - 3), size, size)
    with evaluation_mode(system):
        output = system(torch.cat([x, torch.where(chosen, blank(x[0]), x[0])]))
    whole, most, least = scores(output.logits.float(), torch.full((3,), label), system.cam_rule).tolist()
    return whole - most, whole - least, output
