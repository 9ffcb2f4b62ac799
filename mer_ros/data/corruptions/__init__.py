"""Corrupted recordings: light, blur, noise, compression, placement, occlusion, frame rate.

Names and levels are those of ImageNet-C where it has them (Hendrycks and Dietterich, "Benchmarking Neural
Network Robustness to Common Corruptions and Perturbations", ICLR 2019); the others are ours. ImageNet-C is
for pictures of 224 px; a length in pixels is scaled so that a face 150 px wide gets the published one.

Names are imported on first use, so that listing the corruptions does not import OpenCV.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mer_ros.catalogue import lazy_names

if TYPE_CHECKING:
    from mer_ros.data.corruptions.catalogue import CORRUPTIONS
    from mer_ros.data.corruptions.corruption import SEVERITIES, Corruption, Shot

_MODULES = {
    "CORRUPTIONS": "catalogue",
    "SEVERITIES": "corruption",
    "Corruption": "corruption",
    "Shot": "corruption",
}

__all__ = ["CORRUPTIONS", "SEVERITIES", "Corruption", "Shot"]

__getattr__ = lazy_names(__name__, _MODULES)
