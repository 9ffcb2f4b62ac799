"""The attribution methods: one line each. A system names its default method as ``explained_by``."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from mer_ros.catalogue import Catalogue
from mer_ros.errors import InputError
from mer_ros.explanation.attribution import Attribution, Attributions, detached
from mer_ros.explanation.methods.method import Method, evaluation_mode
from mer_ros.recognition.system import System

METHODS: Catalogue[Method] = Catalogue(
    "attribution method",
    {
        "linear_contributions": "mer_ros.explanation.methods.linear_contributions:METHOD",
        "block_contributions": "mer_ros.explanation.methods.block_contributions:METHOD",
        "grad_cam": "mer_ros.explanation.methods.grad_cam:METHOD",
        "grad_cam_plus_plus": "mer_ros.explanation.methods.grad_cam_plus_plus:METHOD",
        "hires_cam": "mer_ros.explanation.methods.hires_cam:METHOD",
        "mean_grad_cam": "mer_ros.explanation.methods.mean_grad_cam:METHOD",
        "attention": "mer_ros.explanation.methods.attention:METHOD",
        "integrated_gradients": "mer_ros.explanation.methods.integrated_gradients:METHOD",
        "region_occlusion": "mer_ros.explanation.methods.region_occlusion:METHOD",
    },
)


def methods_of(system: System) -> tuple[str, ...]:
    """Names of the methods that apply to a system, in the order of the catalogue."""
    return tuple(name for name, method in METHODS if method.applies(system))


def attributions(system: System, x: Tensor, labels: Tensor, method: str = "") -> Attributions:
    """Attributions of (B,) int64 ``labels`` for (B, ...) scaled inputs, with the output for them.

    method: a name of the catalogue; "" for that of the system. Raises ConfigError for an unknown name and
    InputError for a method that does not apply to the system.
    """
    found = maps_of(system, x, labels, method)
    if found.output is not None:
        return found
    with evaluation_mode(system), torch.no_grad():
        return replace(found, output=detached(system(x)))


def maps_of(system: System, x: Tensor, labels: Tensor, method: str = "") -> Attributions:
    """As ``attributions``, but the output may be None, which saves a pass where only the maps are needed."""
    name = method or system.explained_by
    found = METHODS.get(name)
    if not found.applies(system):
        raise InputError(
            f"The method {name!r} needs {found.needs}, which {type(system).__name__} does not have: "
            f"choose one of {', '.join(methods_of(system))}."
        )
    return found.maps(system, x, labels)


def attribute(system: System, x: Tensor, label: int, method: str = "") -> Attribution:
    """Attribution of ``label`` for one scaled input (1, ...); method and errors as ``attributions``."""
    return attributions(system, x, torch.tensor([label]), method).of(0)
