"""Backbones: the trunks of the networks, and pretrained weights. Names are imported on first use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mer_ros.catalogue import lazy_names

if TYPE_CHECKING:
    from mer_ros.recognition.backbones.grid_pool import FacePool, GridPool, face_pool
    from mer_ros.recognition.backbones.pretrained import is_backbone, take_backbone
    from mer_ros.recognition.backbones.r3d import VideoBackboneConfig, VideoTrunk
    from mer_ros.recognition.backbones.resnet import BackboneConfig, ResNetTrunk

_MODULES = {
    "BackboneConfig": "resnet",
    "FacePool": "grid_pool",
    "GridPool": "grid_pool",
    "ResNetTrunk": "resnet",
    "VideoBackboneConfig": "r3d",
    "VideoTrunk": "r3d",
    "face_pool": "grid_pool",
    "is_backbone": "pretrained",
    "take_backbone": "pretrained",
}

__all__ = [
    "BackboneConfig",
    "FacePool",
    "GridPool",
    "ResNetTrunk",
    "VideoBackboneConfig",
    "VideoTrunk",
    "face_pool",
    "is_backbone",
    "take_backbone",
]

__getattr__ = lazy_names(__name__, _MODULES)
