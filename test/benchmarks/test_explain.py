"""The benchmark of explanations: memory that is kept, and the goals of the named units."""

from __future__ import annotations

import numpy as np

from benchmarks import explain


def test_memory_that_maps_keep_is_found_even_below_an_earlier_peak(monkeypatch):
    np.ones(40_000_000)  # 320 MB, freed at once: no map raises the peak of the process again
    kept = []
    monkeypatch.setattr(explain, "grad_cam", lambda *_: kept.append(np.ones(131_072)))  # 1 MB each
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
