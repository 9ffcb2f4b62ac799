"""Similarity of maps: rank correlation within the window that every face fills."""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

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
    ranks = rankdata(np.stack(small), axis=1)
    return np.asarray(ranks - ranks.mean(1, keepdims=True))
