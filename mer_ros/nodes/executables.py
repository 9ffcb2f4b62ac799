"""The executables of the nodes: what ``ros2 run mer_ros NAME`` and ``mer up`` start."""

from __future__ import annotations

import sys

from mer_ros import runtime
from mer_ros.nodes.base.entry import run


def camera() -> int:
    """The camera's process."""
    runtime.for_pictures()
    return run("mer_ros.nodes.camera:Camera")


def face_tracker() -> int:
    """The face tracker's process."""
    runtime.for_pictures()
    return run("mer_ros.nodes.face_tracker.node:FaceTracker")


def classifier() -> int:
    """The classifier's process."""
    return run("mer_ros.nodes.classifier:Classifier")


def explainer() -> int:
    """The explainer's process."""
    return run("mer_ros.nodes.explainer:Explainer")


EXECUTABLES = {main.__name__: main for main in (camera, face_tracker, classifier, explainer)}

if __name__ == "__main__":
    raise SystemExit(EXECUTABLES[sys.argv.pop(1)]())
