"""Attention maps of every block: the weights by which a network multiplies its feature maps.

A system names the submodules whose output is an attention map as ``attention_layers``. The map of the method
is the mean over the blocks, each divided by its maximum and resized to the largest; ``attention_maps`` gives
them one by one. Attention does not depend on the label: it shows where a network looks, and not what supports
an answer (Jain and Wallace, "Attention is not Explanation", arXiv:1902.10186).
"""

from __future__ import annotations

import threading

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mer_ros.explanation.attribution import Attributions, detached
from mer_ros.explanation.methods.method import Method, evaluation_mode
from mer_ros.explanation.notes import Note
from mer_ros.recognition.system import ModelOutput, System

NOTE = Note("attention")
"""It does not depend on the label."""


def maps(system: System, x: Tensor, labels: Tensor) -> Attributions:
    """The mean over the blocks, (B, h, w)."""
    found, output = attention_maps(system, x)
    size = max(one.shape[-1] for one in found.values())
    parts = [
        F.interpolate(one[:, None] / _peak(one), size=(size, size), mode="bilinear", align_corners=False)[
            :, 0
        ]
        for one in found.values()
    ]
    return Attributions(torch.stack(parts).mean(0).numpy(), output, (NOTE,) * len(x))


def attention_maps(system: System, x: Tensor) -> tuple[dict[str, Tensor], ModelOutput]:
    """(B, h, w) float32 attention of each of the ``attention_layers``, on the CPU, and the output.

    A map over time is summed over it. The system is unchanged afterwards, even after an error.
    """
    kept: dict[str, Tensor] = {}
    caller = threading.get_ident()
    hooks = []

    def keep(name: str, attention: Tensor) -> None:
        if threading.get_ident() == caller:
            found = attention.detach().float().cpu().squeeze(1)  # (B, h, w) or (B, t, h, w)
            kept[name] = found.sum(1) if found.ndim == 4 else found

    try:
        for name in system.attention_layers:
            module: nn.Module = system.get_submodule(name)
            hooks.append(module.register_forward_hook(lambda m, i, out, name=name: keep(name, out)))
        with evaluation_mode(system), torch.no_grad():
            output = system(x)
    finally:
        for hook in hooks:
            hook.remove()
    return kept, detached(output)


def _peak(maps: Tensor) -> Tensor:
    """(B, h, w) -> (B, 1, 1, 1) largest value of each."""
    return maps.amax((1, 2)).clamp_min(1e-12)[:, None, None, None]


METHOD = Method(maps, lambda system: len(system.attention_layers) > 0, "attention units")
"""The method's entry in the catalogue."""
