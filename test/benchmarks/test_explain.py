"""The benchmark of explanations: memory that is kept, and the goals of the named units."""

from __future__ import annotations

import mmap

import numpy as np

from benchmarks import explain


def test_memory_that_maps_keep_is_found_even_below_an_earlier_peak(monkeypatch):
    np.ones(40_000_000)  # 320 MB, freed at once: no map raises the peak of the process again
    kept = []

    def keep_a_megabyte(*_):
        kept.append(mmap.mmap(-1, 2**20))  # no memory that the process has already
        kept[-1].write(bytes(2**20))

    monkeypatch.setattr(explain, "grad_cam", keep_a_megabyte)
    monkeypatch.setattr(explain, "WARM", 1)
    monkeypatch.setattr(explain, "MAPS", 100)
    (row,) = explain.memory()
    assert 50 < row.value < 200 and row.met is False


def test_units_have_the_same_goal_with_both_kinds_of_noise(monkeypatch):
    monkeypatch.setattr(explain, "READ", 6)
    monkeypatch.setattr(explain, "UNSEEN", explain.UNSEEN[:2])
    rows = list(explain.named_units())
    assert [("smooth" in row.name, "rough" in row.name) for row in rows] == [(True, False), (False, True)]
    assert all(row.goal == ">= 0.85" and row.met is (row.value >= 0.85) for row in rows)
