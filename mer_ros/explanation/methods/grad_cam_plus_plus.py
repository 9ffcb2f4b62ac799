"""Grad-CAM++: pixel-wise weights of positive gradients, for several objects of one class in a picture.

Chattopadhay, Sarkar, Howlader, Balasubramanian, "Grad-CAM++: Generalized Gradient-based Visual Explanations
for Deep Convolutional Networks", arXiv:1710.11063, for the exponential of the score y_c,
with which all derivatives are powers of g = d y_c / d A:

    alpha_kij = g_kij^2 / (2 g_kij^2 + sum over a, b of A_kab * g_kij^3)
    w_k = sum over i, j of alpha_kij ReLU(g_kij)
    L = ReLU(sum_k w_k A_k)

alpha is 0 where its denominator is 0. Target and side effects are those of ``grad_cam``.
"""

from __future__ import annotations

from mer_ros.explanation.methods.grad_cam import NEEDS, by_weights, has_layer
from mer_ros.explanation.methods.method import Method

METHOD = Method(by_weights("plus_plus"), has_layer, NEEDS)
"""The method's entry in the catalogue."""
