"""Sanity check by randomised weights: a map that stays the same explains the picture and not the model.

Adebayo et al., "Sanity Checks for Saliency Maps", arXiv:1810.03292. All weights are shuffled within their
tensors, so that a system of every kind keeps the range of its values; the paper draws new weights layer by
layer.
"""

from __future__ import annotations

import copy

import torch

from mer_ros.recognition.system import System


def with_shuffled_weights(system: System, seed: int) -> System:
    """A copy of a system whose parameters and floating-point buffers are shuffled, each within itself."""
    shuffled = copy.deepcopy(system)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for value in shuffled.state_dict().values():
            if value.is_floating_point() and value.numel() > 1:
                order = torch.randperm(value.numel(), generator=generator).to(value.device)
                value.copy_(value.flatten()[order].reshape(value.shape))
    return shuffled
