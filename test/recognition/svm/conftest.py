"""Histograms with three classes."""

from __future__ import annotations

import numpy as np
import pytest


def histograms(n=40, width=12, seed=0):
    """(n, width) float32 histograms, their labels 0..2, with a class in the first three bins."""
    rng = np.random.default_rng(seed)
    truth = np.arange(n) % 3
    counts = rng.integers(0, 6, (n, width)) + 6 * np.eye(width)[truth]
    return (counts / counts.sum(1, keepdims=True)).astype(np.float32), truth


@pytest.fixture(scope="session")
def make_histograms():
    """See ``histograms``."""
    return histograms
