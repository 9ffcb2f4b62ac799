"""Explanation: why a model named a label, as a map, as numbers, in words and in a picture."""

from mer_ros.explanation.explainer import Explainer
from mer_ros.explanation.methods import block_contributions, grad_cam, grad_cam_over_time  # noqa: F401  (each joins ``evidence``)
from mer_ros.visualisation.overlay import overlay

__all__ = ["Explainer", "overlay"]
