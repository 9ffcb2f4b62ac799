"""Training sets: normalised like events, mirrored with u negated, with disjoint subjects."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from mer_ros.errors import DataError
from mer_ros.motion.normalisation import mirror_flow
from mer_ros.recognition.sample import InputSpec
from mer_ros.training.augmentation import NONE, Augmentation
from mer_ros.training.labelled_set import LabelledSet, batches, check_subjects, from_flow, n_batches, varying


def a_set(n=10, classes=2, subjects=(0, 1)) -> LabelledSet:
    data = torch.arange(n, dtype=torch.float32)[:, None, None, None].expand(n, 3, 4, 4).clone()
    return LabelledSet(data, torch.arange(n) % classes, np.resize(np.array(subjects, np.int64), n))


def test_each_sample_comes_once_an_epoch():
    seen = torch.cat([x[:, 1, 0, 0] for x, _ in batches(a_set(), 4, 0.0, torch.Generator().manual_seed(0))])
    assert sorted(seen.tolist()) == list(range(10))


@pytest.mark.parametrize(("n", "size", "expected"), [(10, 4, 3), (9, 4, 2), (8, 4, 2), (3, 4, 1)])
def test_a_batch_of_one_is_left_out_and_counted_so(n, size, expected):
    assert n_batches(n, size) == expected
    assert len(list(batches(a_set(n), size, 0.5, torch.Generator()))) == expected


def test_the_share_of_mirrored_samples_and_what_they_are():
    rng = np.random.default_rng(0)
    own = rng.normal(size=(40, 3, 5, 5)).astype(np.float32)
    data = LabelledSet(torch.from_numpy(own.copy()), torch.arange(40), np.zeros(40, np.int64))
    for share, least, most in ((0.0, 0, 0), (0.5, 8, 32), (1.0, 40, 40)):
        turned = 0
        for x, labels in batches(data, 7, share, torch.Generator().manual_seed(0)):
            for shown, i in zip(x.numpy(), labels.tolist(), strict=True):
                mirrored = np.array_equal(shown, mirror_flow(own[i]))
                assert mirrored or np.array_equal(shown, own[i])
                turned += mirrored
        assert least <= turned <= most
    np.testing.assert_array_equal(data.data.numpy(), own)  # what is shown mirrored is stored as it was


def test_balanced_batches_show_rare_classes_as_often():
    labels = torch.tensor([0] * 90 + [1] * 10)
    data = LabelledSet(torch.zeros(100, 3, 4, 4), labels, np.zeros(100, np.int64))
    generator = torch.Generator().manual_seed(0)
    shown = [y for _ in range(5) for _, y in batches(data, 20, 0, generator, None, True)]
    assert len(torch.cat(shown)) == 500 and 0.42 < torch.cat(shown).float().mean() < 0.58


def test_the_shares_count_classes_without_a_sample():
    labels = torch.tensor([0, 2, 2])
    assert LabelledSet(torch.zeros(3, 3, 2, 2), labels, np.arange(3)).shares(4) == [0.3333, 0.0, 0.6667, 0.0]


def test_what_varies_is_given_the_raw_flow_and_only_where_there_is_some():
    flow = torch.arange(6.0)[:, None, None, None].expand(6, 2, 8, 8)
    data = LabelledSet(torch.zeros(6, 3, 4, 4), torch.arange(6) % 2, np.zeros(6, np.int64), flow)

    def vary(raw, generator):
        assert raw.shape[1:] == (2, 8, 8)
        return raw[:, :1, :4, :4].expand(-1, 3, -1, -1).clone()

    seen = torch.cat([x[:, 1, 0, 0] for x, _ in batches(data, 4, 0.0, torch.Generator(), vary)])
    assert sorted(seen.tolist()) == list(range(6))
    bare = LabelledSet(data.data, data.labels, data.subjects)
    assert all((x == 0).all() for x, _ in batches(bare, 4, 0.0, torch.Generator(), vary))
    assert varying(NONE, InputSpec()) is None and varying(Augmentation(), InputSpec("apex")) is None


def test_fault_76_a_set_without_samples_or_of_one_class_is_refused():
    with pytest.raises(DataError, match="0 samples"):
        from_flow(
            np.empty((0, 2, 8, 8), np.float32), np.empty(0, np.int64), np.empty(0, np.int64), InputSpec()
        )
    with pytest.raises(DataError, match="of 1 class:"):
        a_set(classes=1)


def test_fault_72_a_subject_on_both_sides_is_refused():
    with pytest.raises(DataError, match=r"\[1\]"):
        check_subjects(a_set(subjects=(0, 1)), a_set(subjects=(1, 2)))
