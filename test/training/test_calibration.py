"""The temperature calibrates the confidence; the limit is a quantile of distances."""

from __future__ import annotations

import pytest
import torch

from mer_ros.training.calibration import calibrate


def test_overconfident_logits_get_a_high_temperature():
    torch.manual_seed(0)
    logits = torch.randn(4000, 3)
    labels = torch.multinomial(torch.softmax(logits, 1), 1)[:, 0]  # calibrated at temperature 1
    for factor in (0.5, 1.0, 4.0):
        found = calibrate(factor * logits, labels, prototypes=False, quantile=0.99)
        assert found.temperature == pytest.approx(factor, rel=0.1)
        assert found.rejection_distance == 0 and found.rejection_confidence == 0


def test_the_limit_leaves_the_quantile_inside():
    distances = torch.arange(1.0, 101.0)
    logits = torch.stack([-distances, -distances - 5], 1)
    found = calibrate(logits, torch.arange(100) % 2, prototypes=True, quantile=0.9)
    assert 90 <= found.rejection_distance <= 91
