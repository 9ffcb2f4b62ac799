"""Splits by subject: no subject occurs in both parts.

Example: four clips of three subjects, with one subject of three held out.

>>> ids = np.array(["a/1", "a/1", "a/2", "b/1"])  # (N,)
>>> mask = held_out_subjects(ids, share=0.3, seed=0)  # (N,)
>>> len(set(ids[mask])), set(ids[mask]) & set(ids[~mask])
(1, set())
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mer_ros.errors import DataError


def held_out_subjects(subject_ids: NDArray[np.str_], share: float, seed: int) -> NDArray[np.bool_]:
    """(N,) mask of the samples of a random share of the subjects, at least one subject and not all."""
    names = np.unique(subject_ids)
    n = min(max(round(share * len(names)), 1), len(names) - 1)
    chosen = np.random.default_rng(seed).permutation(names)[:n]
    return np.isin(subject_ids, chosen)


def subject_folds(subject_ids: NDArray[np.str_], k: int, seed: int) -> list[NDArray[np.bool_]]:
    """One (N,) mask for each of ``k`` random groups of subjects; fewer groups if there are fewer subjects.

    DataError for an empty set.
    """
    if not len(subject_ids):
        raise DataError("A set without samples cannot be split by subject: give a set with samples.")
    names = np.random.default_rng(seed).permutation(np.unique(subject_ids))
    return [np.isin(subject_ids, part) for part in np.array_split(names, min(k, len(names)))]
