"""An orthonormal basis of the span of samples, for linear models with fewer samples than features.

An L2 penalty keeps the weights in that span, so the problem has as many unknowns as samples and the same
solution (Hastie and Tibshirani, "Efficient quadratic regularization for expression arrays", Biostatistics
5(3), 2004).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class SampleBasis:
    """The basis of (n, F) features.

    mean: (F,). scale: root mean square length of the centred features. samples: (n, F), centred and scaled.
    coordinates: (n, r) of the samples in the basis. to_basis: (n, r); samples.T @ to_basis, (F, r), is the
    orthonormal basis.
    """

    mean: Floats
    scale: float
    samples: Floats
    coordinates: Floats
    to_basis: Floats

    @classmethod
    def of(cls, features: Floats, least_variance: float) -> SampleBasis:
        """least_variance: directions with at most this share of the largest variance are left out."""
        mean = features.mean(0)
        samples = features - mean
        scale = max(float(np.sqrt((samples**2).sum(1).mean())), 1e-12)
        samples /= scale
        variances, vectors = np.linalg.eigh(samples @ samples.T)
        kept = variances > least_variance * variances[-1]
        kept[-1] = True  # identical samples still get a model
        lengths = np.sqrt(np.maximum(variances[kept], 1e-24))
        return cls(mean, scale, samples, vectors[:, kept] * lengths, vectors[:, kept] / lengths)
