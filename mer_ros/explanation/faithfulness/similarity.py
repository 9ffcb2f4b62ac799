"""Similarity of maps: rank correlation within the window that every face fills."""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.motion.normalisation import face_window

SIZE = 28


def rank_correlation(maps: NDArray[np.floating], others: NDArray[np.floating]) -> NDArray[np.float64]:
    """(B, h, w) and (B, h', w') maps -> (B,) Spearman correlations, -1..1, at 28 x 28 pixels.

    Outside the window (``motion.normalisation.face_window``) both are often empty, which is no similarity. 0
    if a map is uniform there.

    >>> ramp = np.arange(784.0).reshape(1, 28, 28)
    >>> rank_correlation(ramp, ramp**2).round(3), rank_correlation(ramp, -ramp).round(3)
    (array([1.]), array([-1.]))
    """
    one, other = _ranks(maps), _ranks(others)
    norms = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    return np.asarray((one * other).sum(1) / np.where(norms > 0, norms, 1))


def agreement(maps: Mapping[str, NDArray[np.floating]]) -> NDArray[np.float64]:
    """(B, h, w) maps of M methods for the same inputs -> (M, M) median rank correlations."""
    found = list(maps.values())
    return np.array([[np.median(rank_correlation(one, other)) for other in found] for one in found])


def _ranks(maps: NDArray[np.floating]) -> NDArray[np.float64]:
    """(B, h, w) -> (B, P) centred ranks of the P pixels of the window."""
    window = face_window(SIZE)
    small = [
        cv2.resize(np.asarray(one, np.float32), (SIZE, SIZE), interpolation=cv2.INTER_LINEAR)[window]
        for one in maps
    ]
    ranks = np.stack([_mean_ranks(one) for one in small])
    return np.asarray(ranks - ranks.mean(1, keepdims=True))


def _mean_ranks(values: NDArray[np.float32]) -> NDArray[np.float64]:
    """(P,) -> (P,) ranks from 1, equal values with their mean rank; NaN for all if one value is NaN.

    >>> _mean_ranks(np.array([0.5, 0.1, 0.5, 0.9], np.float32))
    array([2.5, 1. , 2.5, 4. ])
    """
    if np.isnan(values).any():
        return np.full(len(values), np.nan)
    # that of scipy.stats takes 0.3 s to import, in every node that explains
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(counts) - (counts - 1) / 2)[place])
