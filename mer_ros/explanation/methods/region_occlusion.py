"""Occlusion by region: how far the score falls when a region of the face is blank.

Zeiler and Fergus, "Visualizing and Understanding Convolutional Networks", arXiv:1311.2901, with the regions
of the face (``face.regions``) in place of a sliding square. Blank is 0 in every scaled channel for flow,
sequence and apex, and for a clip the mean over its frames, so its movement is removed and its appearance
stays. The method needs only the answers of a system, so it applies to all of them.

The regions are those of the canonical face, to which every crop is aligned. The value of a pixel is the drop
of the score of its region, 0 where the score rises and outside all regions.
"""

from __future__ import annotations

import functools

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from mer_ros.explanation.attribution import Attributions, output_of
from mer_ros.explanation.methods.method import Method, evaluation_mode, scores
from mer_ros.face.canonical_mesh import crop_landmarks
from mer_ros.face.regions import REGIONS, region_masks
from mer_ros.recognition.system import ModelOutput, System


def maps(system: System, x: Tensor, labels: Tensor) -> Attributions:
    """The drops painted on the regions, (B, S, S)."""
    drops, output = region_drops(system, x, labels)
    masks = canonical_regions(x.shape[-1]).astype(np.float32)
    painted = np.tensordot(np.maximum(drops, 0), masks, 1)
    return Attributions(painted.astype(np.float32), output)


@torch.no_grad()
def region_drops(system: System, x: Tensor, labels: Tensor) -> tuple[NDArray[np.float32], ModelOutput]:
    """(B, len(REGIONS)) drop of the score for each region, negative where it rises; and the output.

    Each sample and its occluded copies pass through the system as one batch.
    """
    masks = torch.tensor(canonical_regions(x.shape[-1])).to(x.device)
    rows, outputs = [], []
    for one, label in zip(x, labels, strict=True):
        copies = torch.where(
            masks.reshape(len(masks), *[1] * (one.ndim - 2), *one.shape[-2:]), blank(one), one
        )
        with evaluation_mode(system):
            output = system(torch.cat([one[None], copies]))
        values = scores(output.logits.float(), label.repeat(len(masks) + 1), system.cam_rule)
        rows.append((values[0] - values[1:]).cpu().numpy())
        outputs.append(output_of(output, 0))
    return np.stack(rows), _joined(outputs)


def blank(one: Tensor) -> Tensor:
    """A sample (..., S, S) without evidence, in the same shape.

    A clip (T, S, S) of more than three frames has no channels: its mean over time. All others: zeros.

    >>> blank(torch.tensor([1.0, 2.0, 3.0, 6.0]).reshape(4, 1, 1)).flatten().tolist()
    [3.0, 3.0, 3.0, 3.0]
    """
    if one.ndim == 3 and len(one) > 3:
        return one.mean(0, keepdim=True).expand_as(one)
    return torch.zeros_like(one)


@functools.lru_cache(maxsize=8)
def canonical_regions(size: int) -> NDArray[np.bool_]:
    """(len(REGIONS), size, size) masks of the regions of the canonical face in a crop of this size."""
    masks = region_masks(crop_landmarks(size), size)
    assert len(masks) == len(REGIONS)
    masks.setflags(write=False)
    return masks


def _joined(outputs: list[ModelOutput]) -> ModelOutput:
    def part(values: list[Tensor | None]) -> Tensor | None:
        known = [one for one in values if one is not None]
        return torch.cat(known) if known else None

    logits = torch.cat([one.logits for one in outputs])
    return ModelOutput(logits, part([o.distances for o in outputs]), part([o.latent for o in outputs]))


METHOD = Method(maps, lambda system: True, "answers")
"""The method's entry in the catalogue."""
