from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from mer_ros.data import flow_storage
from mer_ros.data.flow_storage import copied_flow, empty_flow
from mer_ros.errors import DataError

N, SIZE = 200, 64
CLIP_BYTES = 2 * SIZE**2 * 4


@pytest.fixture
def on_disk(monkeypatch):
    monkeypatch.setattr(flow_storage, "IN_MEMORY_BYTES", 0)


def test_small_flow_is_in_memory_and_large_flow_in_a_file_without_name(tmp_path, monkeypatch):
    assert not isinstance(empty_flow(3, SIZE, tmp_path), np.memmap)
    monkeypatch.setattr(flow_storage, "IN_MEMORY_BYTES", 3 * CLIP_BYTES)
    assert not isinstance(empty_flow(3, SIZE, tmp_path), np.memmap)
    flow = empty_flow(4, SIZE, tmp_path)
    flow[3] = 1
    assert isinstance(flow, np.memmap) and flow.shape == (4, 2, SIZE, SIZE) and flow.dtype == np.float32
    assert list(tmp_path.iterdir()) == [] and flow.sum() == CLIP_BYTES / 4


def test_a_folder_in_which_no_file_can_be_created_is_named(on_disk, tmp_path):
    with pytest.raises(DataError, match=r"flow of 3 clips .* created for it in .*missing \(No such file"):
        empty_flow(3, SIZE, tmp_path / "missing")


def test_copied_flow_has_the_chosen_clips_of_each_part_in_their_order(on_disk):
    first, second = (np.random.default_rng(i).random((70, 2, 8, 8), np.float32) for i in (0, 1))
    chosen = np.array([69, 3, 3])
    flow = copied_flow([(first, np.arange(70)), (second, chosen)])
    assert np.array_equal(flow, np.concatenate([first, second[chosen]]))
    assert copied_flow([(first, np.arange(0))]).shape == (0, 2, 8, 8)


def test_a_few_clips_are_in_memory_while_large_flow_is_copied(on_disk, tmp_path):
    parts = [(empty_flow(N, SIZE, tmp_path), np.arange(N)) for _ in range(3)]
    tracemalloc.start()
    try:
        flow = copied_flow(parts, tmp_path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert isinstance(flow, np.memmap) and len(flow) == 3 * N
    assert peak < 40 * CLIP_BYTES
