"""HiResCAM: gradient times activation, cell by cell.

Draelos and Carin, "Use HiResCAM instead of Grad-CAM for faithful explanations of convolutional neural
networks", arXiv:2011.08891:

    L = ReLU(sum_k d y_c / d A_k * A_k)

They show that this map contains the cells that the network used, even if the following layers are not linear.
Target and side effects are those of ``grad_cam``.
"""

from __future__ import annotations

from mer_ros.explanation.methods.grad_cam import NEEDS, by_weights, has_layer
from mer_ros.explanation.methods.method import Method

METHOD = Method(by_weights("cell"), has_layer, NEEDS)
"""The method's entry in the catalogue."""
