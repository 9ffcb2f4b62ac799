"""Explanation: why a model named a label, as a map, as numbers, in words and in a picture."""

from mer_ros.explanation import blocks, grad_cam, over_time  # noqa: F401  (each joins ``evidence``)
from mer_ros.explanation.drawing import overlay
from mer_ros.explanation.explainer import Explainer

__all__ = ["Explainer", "overlay"]
