"""The attribution methods: one line each. A system names its method as ``explained_by``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import Tensor

from mer_ros.catalogue import Catalogue
from mer_ros.explanation.attribution import Attribution
from mer_ros.recognition.system import System

Method = Callable[[Any, Tensor, int], Attribution]
"""(system, (1, ...) scaled input, label) -> attribution of the label."""

METHODS: Catalogue[Method] = Catalogue(
    "attribution method",
    {
        "grad_cam": "mer_ros.explanation.methods.grad_cam:attribute",
        "grad_cam_over_time": "mer_ros.explanation.methods.grad_cam_over_time:attribute",
        "mean_grad_cam": "mer_ros.explanation.methods.mean_grad_cam:attribute",
        "block_contributions": "mer_ros.explanation.methods.block_contributions:attribute",
        "linear_contributions": "mer_ros.explanation.methods.linear_contributions:attribute",
    },
)


def attribute(system: System, x: Tensor, label: int) -> Attribution:
    """Attribution of ``label`` for one scaled input (1, ...) by the method of the system."""
    return METHODS.get(system.explained_by)(system, x, label)
