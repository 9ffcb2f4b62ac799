"""The stored mesh is FaceMesh's on the photograph."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.errors import DataError
from mer_ros.face import canonical_mesh


def test_remade_mesh_agrees_within_a_pixel() -> None:
    stored = canonical_mesh.load()
    remade = canonical_mesh.measure()
    assert np.abs(remade[:, :3] - stored.photo).max() < 1.0
    np.testing.assert_array_equal(remade[:, 3], stored.mirror)


def test_mirror_keeps_known_pairs() -> None:
    mirror = canonical_mesh.load().mirror
    pairs = {33: 263, 61: 291, 70: 300, 159: 386, 145: 374, 0: 0, 152: 152}
    assert {a: int(mirror[a]) for a in pairs} == pairs
    np.testing.assert_array_equal(mirror[mirror], np.arange(468))


def test_saved_table_loads_again(tmp_path, monkeypatch) -> None:
    stored = canonical_mesh.load()
    path = tmp_path / "mesh.csv"
    canonical_mesh.save(np.column_stack([stored.photo, stored.mirror]), path)
    monkeypatch.setattr(canonical_mesh, "MESH_FILE", path)
    again = canonical_mesh.load.__wrapped__()
    np.testing.assert_allclose(again.canonical, stored.canonical, atol=1e-4)


def test_cut_table_is_refused_in_one_sentence(tmp_path, monkeypatch) -> None:
    path = tmp_path / "mesh.csv"
    np.savetxt(path, np.zeros((3, 4)), delimiter=",")
    monkeypatch.setattr(canonical_mesh, "MESH_FILE", path)
    with pytest.raises(DataError, match=r"shape \(3, 4\) instead of \(468, 4\)"):
        canonical_mesh.load.__wrapped__()
