"""Common parts of all nodes: process start, parameters, life cycle, diagnostics, messages, QoS.

Each name is imported on first use, so that ``entry`` can handle signals before rclpy is imported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mer_ros.catalogue import lazy_names

if TYPE_CHECKING:
    from mer_ros.nodes.base.callbacks import playback_callbacks
    from mer_ros.nodes.base.entry import run_process
    from mer_ros.nodes.base.guarded import GuardedNode
    from mer_ros.nodes.base.lifecycle import Health, MerLifecycleNode
    from mer_ros.nodes.base.model_folder import ModelFolder
    from mer_ros.nodes.base.qos import QOS, image_qos
    from mer_ros.nodes.base.runner import run_nodes

_MODULES = {
    "QOS": "qos",
    "GuardedNode": "guarded",
    "Health": "lifecycle",
    "MerLifecycleNode": "lifecycle",
    "ModelFolder": "model_folder",
    "image_qos": "qos",
    "playback_callbacks": "callbacks",
    "run_nodes": "runner",
    "run_process": "entry",
}

__all__ = [
    "QOS",
    "GuardedNode",
    "Health",
    "MerLifecycleNode",
    "ModelFolder",
    "image_qos",
    "playback_callbacks",
    "run_nodes",
    "run_process",
]

__getattr__ = lazy_names(__name__, _MODULES)
