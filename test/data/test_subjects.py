"""Splits by subject: whole subjects, of the requested number, reproducibly."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.data.subjects import held_out_subjects, subject_folds
from mer_ros.errors import DataError

IDS = np.repeat([f"s{i}" for i in range(10)], [1, 5, 2, 2, 7, 1, 3, 3, 4, 2])
EMPTY = np.empty(0, np.str_)


def chosen(mask: np.ndarray) -> set[str]:
    """The subjects of a mask, after a check that none is split."""
    inside, outside = set(IDS[mask].tolist()), set(IDS[~mask].tolist())
    assert not inside & outside
    return inside


def test_no_samples_give_an_empty_mask() -> None:
    mask = held_out_subjects(EMPTY, 0.5, seed=0)
    assert mask.shape == (0,) and mask.dtype == np.bool_


def test_a_single_subject_is_not_held_out() -> None:
    assert not held_out_subjects(np.array(["only"] * 4), 0.5, seed=0).any()


@pytest.mark.parametrize(
    ("share", "n"), [(0.0, 1), (0.04, 1), (0.2, 2), (0.5, 5), (0.74, 7), (0.96, 9), (1.0, 9)]
)
def test_at_least_one_subject_is_held_out_and_never_all(share: float, n: int) -> None:
    for seed in range(5):
        mask = held_out_subjects(IDS, share, seed)
        assert mask.shape == IDS.shape and len(chosen(mask)) == n


def test_the_seed_alone_determines_the_held_out_subjects() -> None:
    drawn = [frozenset(chosen(held_out_subjects(IDS, 0.3, seed))) for seed in range(10)]
    assert drawn == [frozenset(chosen(held_out_subjects(IDS, 0.3, seed))) for seed in range(10)]
    assert len(set(drawn)) > 5
    order = np.random.default_rng(0).permutation(len(IDS))
    shuffled = held_out_subjects(IDS[order], 0.3, seed=4)
    np.testing.assert_array_equal(shuffled, held_out_subjects(IDS, 0.3, seed=4)[order])


@pytest.mark.parametrize(("k", "sizes"), [(2, [5, 5]), (3, [4, 3, 3]), (10, [1] * 10), (50, [1] * 10)])
def test_folds_are_a_partition_into_groups_of_nearly_equal_numbers_of_subjects(
    k: int, sizes: list[int]
) -> None:
    folds = subject_folds(IDS, k, seed=1)
    assert [len(chosen(fold)) for fold in folds] == sizes
    assert (np.sum(folds, axis=0) == 1).all()


def test_the_seed_alone_determines_the_folds() -> None:
    one, again, other = (subject_folds(IDS, 3, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, again)
    assert not np.array_equal(one, other)


def test_an_empty_set_is_refused_in_one_sentence() -> None:
    with pytest.raises(DataError, match="without samples cannot be split"):
        subject_folds(IDS[:0], 3, seed=1)
