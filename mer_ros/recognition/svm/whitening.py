"""Whitened principal components: decorrelated features of equal variance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mer_ros.recognition.svm.kernels import Features, Floats


@dataclass(frozen=True, eq=False)
class Whitening:
    """(m, D) features -> (m, r) components with variance 1 on the training samples.

    mean: (D,). projection: (D, r).
    """

    mean: Floats
    projection: Floats

    def __call__(self, features: Features) -> Floats:
        """(m, D) features -> (m, r) components."""
        return (features - self.mean) @ self.projection


def fit_whitening(features: Features, share: float) -> Whitening:
    """The principal components that contain ``share`` (0..1) of the variance of (n, D) samples.

    The eigenproblem is solved for the n samples, of which there are fewer than the D features.
    """
    mean = features.mean(0, dtype=np.float64)
    centred = features - mean
    variances, vectors = np.linalg.eigh(centred @ centred.T)  # ascending
    variances, vectors = np.maximum(variances[::-1], 0), vectors[:, ::-1]
    total = np.cumsum(variances)
    kept = 1 + int(np.searchsorted(total, min(share, 1 - 1e-9) * total[-1]))
    lengths = np.maximum(variances[:kept], np.finfo(np.float64).tiny)
    return Whitening(mean, centred.T @ (vectors[:, :kept] * np.sqrt(len(features)) / lengths))
