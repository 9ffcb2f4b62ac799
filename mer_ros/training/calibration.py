"""Calibration of a trained system's outputs, fitted on validation subjects."""

from __future__ import annotations

import math

import torch
from scipy.optimize import minimize_scalar
from torch import Tensor
from torch.nn import functional as F

from mer_ros.recognition.checkpoint import Calibration

TEMPERATURES = (0.05, 50.0)
MAX_REJECTION_CONFIDENCE = 0.5
"""Upper bound of the rejection confidence: an answer more probable than all others together is kept."""


def calibrate(
    logits: Tensor, labels: Tensor, prototypes: bool, quantile: float, share: float = 0.0
) -> Calibration:
    """Temperature and rejection limits.

    logits: (N, C) float32; with prototypes the negative squared distance to the nearest one of each class.
    labels: (N,) int64. The temperature minimises the cross-entropy (Guo et al., "On Calibration of Modern
    Neural Networks", arXiv:1706.04599). The distance limit is the ``quantile`` of the distances to the
    nearest prototype. share: of the samples, the least confident ones, that are rejected; it sets the
    confidence limit.
    """
    double = logits.double()

    def cross_entropy(log_temperature: float) -> float:
        return float(F.cross_entropy(double / math.exp(log_temperature), labels))

    bounds = (math.log(TEMPERATURES[0]), math.log(TEMPERATURES[1]))
    temperature = math.exp(minimize_scalar(cross_entropy, bounds=bounds, method="bounded").x)
    limit = float(torch.quantile(-logits.amax(1), quantile)) if prototypes else 0.0
    confidence = torch.softmax(double / temperature, 1).amax(1)
    least = min(float(torch.quantile(confidence, share)), MAX_REJECTION_CONFIDENCE) if share else 0.0
    return Calibration(temperature, rejection_distance=limit, rejection_confidence=least)
