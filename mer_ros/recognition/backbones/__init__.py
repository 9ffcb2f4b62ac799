"""Backbones: the trunks of the networks, and pretrained weights. Names are imported on first use."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mer_ros.recognition.backbones.pretrained import is_backbone, take_backbone
    from mer_ros.recognition.backbones.r3d import VideoBackboneConfig, VideoTrunk
    from mer_ros.recognition.backbones.resnet import BackboneConfig, ResNetTrunk

_MODULES = {
    "BackboneConfig": "resnet",
    "ResNetTrunk": "resnet",
    "VideoBackboneConfig": "r3d",
    "VideoTrunk": "r3d",
    "is_backbone": "pretrained",
    "take_backbone": "pretrained",
}

__all__ = [
    "BackboneConfig",
    "ResNetTrunk",
    "VideoBackboneConfig",
    "VideoTrunk",
    "is_backbone",
    "take_backbone",
]


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
