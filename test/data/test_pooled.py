from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from mer_ros.data import flow_storage
from mer_ros.data.annotations.coded_units import parse_units
from mer_ros.data.pooled import pooled
from mer_ros.errors import DataError


@pytest.fixture
def sets(make_clips):
    first, second = make_clips(datasets=("casme2",)), make_clips(datasets=("samm",), seed=1)
    crops = [tuple(np.full((3, 8, 8), i, np.uint8) for i in range(len(one))) for one in (first, second)]
    units = tuple(parse_units("12") for _ in range(len(second)))
    return replace(first, crops=crops[0], notes=("a note.",)), replace(second, crops=crops[1], units=units)


def test_clips_of_all_sets_in_their_order(sets):
    both = pooled(sets)
    n = len(sets[0])
    assert len(both) == 2 * n and both.datasets[[0, n]].tolist() == ["casme2", "samm"]
    assert np.array_equal(both.flow[n:], sets[1].flow) and np.array_equal(both.truth[:n], sets[0].truth)
    assert len(set(both.subject_ids)) == 12  # equal names of two sets are two subjects
    assert len(both.crops) == 2 * n and both.crops[n + 3].max() == 3 and both.crops[n - 1].max() == n - 1
    assert both.notes == ("casme2: a note.",)
    assert both.units[:n] == (None,) * n and both.units[n][0].number == 12


def test_people_of_a_cohort_are_shared_and_others_are_not(sets):
    first, second = sets
    macro = replace(second, cohorts=np.full(len(second), "casme2"))
    both = pooled([first, macro])
    assert len(set(both.subject_ids)) == 6 and set(both.datasets) == {"casme2", "samm"}
    assert pooled(sets).cohorts is None


def test_a_single_set_stays_as_it_is(sets):
    assert pooled(sets[:1]) is sets[0]


def test_an_input_that_one_set_lacks_is_left_out(sets):
    assert pooled([sets[0], replace(sets[1], crops=())]).crops == ()


def test_joined_inputs_end(sets):
    with pytest.raises(IndexError):
        pooled(sets).crops[2 * len(sets[0])]
    assert len(list(pooled(sets).crops)) == 2 * len(sets[0])


def test_large_sets_are_pooled_without_reading_them_into_memory(sets, monkeypatch, tmp_path):
    """Neither the flow nor a lazy input of more than a bounded number of clips is held."""
    monkeypatch.setattr(flow_storage, "IN_MEMORY_BYTES", 0)
    n, read = len(sets[0]), []

    class Crops(Sequence):
        def __len__(self):
            return n

        def __getitem__(self, i):
            read.append(i)
            return np.full((3, 8, 8), i, np.uint8)

    both = pooled([replace(one, crops=Crops()) for one in sets], tmp_path)
    assert isinstance(both.flow, np.memmap) and list(tmp_path.iterdir()) == [] and read == []
    assert np.array_equal(both.flow, np.concatenate([one.flow for one in sets]))
    assert both.crops[n + 2][0, 0, 0] == 2 and read == [2]
    memory = replace(both, flow=np.array(both.flow))
    assert both.digest() == memory.digest()


def test_sets_that_do_not_fit_are_refused(sets):
    labels = replace(sets[1], labels=("a", "b", "c"))
    with pytest.raises(DataError, match="choose the same classes with --labels"):
        pooled([sets[0], labels])
    with pytest.raises(DataError, match="is 28 px wide"):
        pooled([sets[0], replace(sets[1], flow=sets[1].flow[:, :, :20, :20], crops=())])
