"""Groups of people, for choices that are made on those who are held out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def held_out_subjects(people: NDArray[np.str_], share: float, seed: int) -> NDArray[np.bool_]:
    """(N,) mask of the samples of a share of the people, one at least and not all; for inner choices too."""
    names = np.unique(people)
    n = min(max(round(share * len(names)), 1), len(names) - 1)
    chosen = np.random.default_rng(seed).permutation(names)[:n]
    return np.isin(people, chosen)


def subject_folds(people: NDArray[np.str_], k: int, seed: int) -> list[NDArray[np.bool_]]:
    """(N,) masks of the samples of each of ``k`` groups of people; fewer groups where there are fewer."""
    names = np.random.default_rng(seed).permutation(np.unique(people))
    return [np.isin(people, part) for part in np.array_split(names, min(k, len(names)))]
