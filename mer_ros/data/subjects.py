"""Splits by subject: no subject is on both sides."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def held_out_subjects(subject_ids: NDArray[np.str_], share: float, seed: int) -> NDArray[np.bool_]:
    """(N,) mask of the samples of a random share of the subjects, at least one and not all."""
    names = np.unique(subject_ids)
    n = min(max(round(share * len(names)), 1), len(names) - 1)
    chosen = np.random.default_rng(seed).permutation(names)[:n]
    return np.isin(subject_ids, chosen)


def subject_folds(subject_ids: NDArray[np.str_], k: int, seed: int) -> list[NDArray[np.bool_]]:
    """(N,) masks of the samples of ``k`` random groups of subjects, fewer if there are fewer subjects."""
    names = np.random.default_rng(seed).permutation(np.unique(subject_ids))
    return [np.isin(subject_ids, part) for part in np.array_split(names, min(k, len(names)))]
