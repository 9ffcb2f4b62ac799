"""The stored parametric head: shapes, symmetry, landmarks, and a missing file."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.errors import DataError
from mer_ros.face import canonical_mesh, facs, morphable_head
from mer_ros.face.geometry import LEFT_EYE_OUTER, RIGHT_EYE_OUTER
from mer_ros.face.morphable_head import ACTION_UNITS, PARTS, STEP_DM, average_weights, landmarks, load


def test_shapes_and_dtypes() -> None:
    head = load()
    n, k, u = len(head.base), len(head.shape_names), len(head.unit_names)
    assert head.base.shape == (n, 3) and head.base.dtype == np.float64 and 3000 < n < 10_000
    assert head.triangles.ndim == 2 and head.triangles.shape[1] == 3
    assert head.triangles.min() == 0 and head.triangles.max() == n - 1
    assert head.part.shape == (n,) and set(np.unique(head.part)) == set(range(len(PARTS)))
    assert head.lips.shape == (n,) and head.lips.dtype == np.uint8 and head.lips.max() > 200
    assert head.shapes.shape == (k, n, 3) and head.shapes.dtype == np.int16
    assert head.units.shape == (u, n, 3) and head.units.dtype == np.int16
    assert len(set(head.shape_names)) == k and len(set(head.unit_names)) == u
    assert head.landmark_triangles.shape == head.landmark_weights.shape == (468, 3)
    assert load() is head


def test_landmarks_lie_on_the_skin() -> None:
    head = load()
    np.testing.assert_allclose(head.landmark_weights.sum(1), 1, atol=1e-6)
    assert head.landmark_weights.min() > -1e-9
    assert (head.part[head.landmark_triangles] == PARTS.index("skin")).all()
    assert {tuple(sorted(t)) for t in head.landmark_triangles.tolist()} <= {
        tuple(sorted(t)) for t in head.triangles.tolist()
    }


def test_every_action_unit_is_made_of_stored_ones() -> None:
    names = load().unit_names
    assert set(ACTION_UNITS) == set(facs.UNITS)
    for parts in ACTION_UNITS.values():
        for name, share in parts:
            assert share > 0
            assert (name in names) != {name + "Left", name + "Right"}.issubset(names), name


def test_the_average_head_is_upright_and_mirror_symmetric() -> None:
    head = load()
    found = landmarks(average_weights(head.shape_names))
    mirror = canonical_mesh.load().mirror
    np.testing.assert_allclose(found.mesh[mirror] * (-1, 1, 1), found.mesh, atol=1e-12)
    eyes = found.mesh[[RIGHT_EYE_OUTER, LEFT_EYE_OUTER]]
    np.testing.assert_allclose(eyes, [[-0.5, 0, eyes[0, 2]], [0.5, 0, eyes[0, 2]]], atol=1e-9)
    assert 0.5 < 1 / found.scale < 1.5  # dm between the outer eye corners: about 9 cm
    brow, lid, nose, lip, chin = found.mesh[[105, 159, 4, 13, 152], 1]
    assert brow < lid < nose < lip < chin


def test_the_average_resembles_the_photograph_s_mesh() -> None:
    """Both were seen by FaceMesh: landmark by landmark they agree within a fraction of the eyes' distance.

    A landmark at the back of the head, seen through a hole of the rendering, is 2 such distances away.
    """
    found = landmarks(average_weights(load().shape_names)).mesh
    apart = found - canonical_mesh.load().canonical
    across, deep = np.linalg.norm(apart[:, :2], axis=1), np.abs(apart[:, 2])
    assert np.median(across) < 0.05 and across.max() < 0.25
    assert np.median(deep) < 0.06 and deep.max() < 0.35


def test_average_weights_are_shares_of_two_sexes_and_three_ancestries() -> None:
    weights = average_weights(load().shape_names)
    assert len(weights) == 8 and sum(weights.values()) == pytest.approx(2)
    assert average_weights(["african-male-young", "other"]) == {"african-male-young": pytest.approx(1 / 6)}


def test_weights_move_vertices_by_their_shapes() -> None:
    head = load()
    name = head.shape_names[-1]
    moved = head.vertices({name: 0.5}) - head.base
    np.testing.assert_allclose(moved, 0.5 * STEP_DM * head.shapes[-1], atol=1e-12)
    np.testing.assert_array_equal(head.vertices({}), head.base)
    with pytest.raises(ValueError, match="not in tuple"):
        head.vertices({"no such shape": 1.0})


def test_values_at_landmarks_are_weighted_means_of_the_corners() -> None:
    head = load()
    values = np.stack([head.base, 2 * head.base])
    found = head.at_landmarks(values)
    assert found.shape == (2, 468, 3)
    by_hand = sum(head.landmark_weights[4, c] * head.base[head.landmark_triangles[4, c]] for c in range(3))
    np.testing.assert_allclose(found[:, 4], [by_hand, 2 * by_hand])


def test_a_turned_head_is_upright_again() -> None:
    """A shape of one side moves one eye: the canonical frame turns and scales with both eyes."""
    head = load()
    skewed = next(n for n in head.shape_names if n.startswith("r-eye") and n.endswith("trans-up"))
    found = landmarks({**average_weights(head.shape_names), skewed: 0.9}).mesh
    eyes = found[[RIGHT_EYE_OUTER, LEFT_EYE_OUTER]]
    np.testing.assert_allclose(eyes[:, 1], 0, atol=1e-9)
    assert np.linalg.norm(eyes[1] - eyes[0]) == pytest.approx(1, abs=1e-9)
    assert found[152, 0] != pytest.approx(0, abs=1e-3), "the chin leaves the midline of the eyes"


@pytest.mark.parametrize(
    "content", [None, b"", b"no archive", b"PK\x03\x04 cut short"], ids=["missing", "empty", "other", "cut"]
)
def test_a_missing_or_damaged_file_is_refused_in_one_sentence(content, tmp_path, monkeypatch) -> None:
    path = tmp_path / "head.npz"
    if content is not None:
        path.write_bytes(content)
    monkeypatch.setattr(morphable_head, "FILE", path)
    with pytest.raises(DataError, match=r"head\.npz of mer_ros cannot be read .*: reinstall mer_ros\.$"):
        load.__wrapped__()


def test_a_file_without_an_array_is_refused(tmp_path, monkeypatch) -> None:
    np.savez(tmp_path / "head.npz", vertices=np.zeros((4, 3)))
    monkeypatch.setattr(morphable_head, "FILE", tmp_path / "head.npz")
    with pytest.raises(DataError, match="triangles"):
        load.__wrapped__()
