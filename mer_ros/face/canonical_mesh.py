"""The canonical face: FaceMesh landmarks of one public-domain photograph, made symmetric.

Action units (``face.facs``), motion patterns and synthetic subjects are all defined on it. The photograph is
``skimage.data.astronaut()`` (NASA, public domain). Its landmarks are stored in ``canonical_mesh.csv``, so
training needs no mediapipe; ``measure`` wrote that file, and a test repeats the measurement.

Canonical frame: the symmetric, upright mesh with its origin midway between the outer eye corners. The unit is
the interocular distance (of the outer eye corners); x points to the right of the picture (the person's left),
y down, z away from the camera.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.errors import DataError
from mer_ros.face.geometry import (
    CROP_SIZE,
    LEFT_EYE_OUTER,
    RIGHT_EYE_OUTER,
    apply,
    crop_from_image,
)
from mer_ros.face.mesh import N_LANDMARKS, FaceMesh
from mer_ros.face.sample_photograph import sample_photograph

MESH_FILE = Path(__file__).with_name("canonical_mesh.csv")

ENLARGED = 1.63
"""Factor by which the photograph is enlarged for FaceMesh: its face is only 92 px wide."""

_MIRROR_ITERATIONS = 8

HEADER = "x,y,z: photograph pixels (z smaller towards the camera); mirror: landmark across the face"


@dataclass(frozen=True, eq=False)
class CanonicalMesh:
    """The stored mesh in the frame of the photograph and in the canonical frame.

    photo: (468, 3) float64, photograph pixels. canonical: (468, 3) float64, exactly symmetric. mirror: (468,)
    int64, index of each landmark's partner, ``canonical[mirror] * (-1, 1, 1) == canonical``. rotation:
    (3, 3) float64, from canonical to photograph directions. scale_px: photograph pixels per interocular
    distance.
    """

    photo: NDArray[np.float64]
    canonical: NDArray[np.float64]
    mirror: NDArray[np.int64]
    rotation: NDArray[np.float64]
    scale_px: float


def photograph() -> NDArray[np.uint8]:
    """The photograph, (512, 512, 3) uint8 BGR."""
    image = sample_photograph()
    if image is None:
        import skimage.data  # downloads the pictures that the package lacks

        image = np.ascontiguousarray(skimage.data.astronaut()[..., ::-1])
    return image


def crop_landmarks(size: int = CROP_SIZE) -> NDArray[np.float32]:
    """(468, 2) float32 landmarks of the canonical face in the aligned crop of this size, pixels."""
    mesh = load().canonical.astype(np.float32)
    return (apply(crop_from_image(mesh), mesh) * (size / CROP_SIZE)).astype(np.float32)


@functools.cache
def load() -> CanonicalMesh:
    """The stored mesh; the file is read once. Raises DataError if the file has the wrong shape."""
    table = np.loadtxt(MESH_FILE, delimiter=",")
    if table.shape != (N_LANDMARKS, 4):
        raise DataError(
            f"{MESH_FILE.name} of mer_ros has shape {table.shape} instead of ({N_LANDMARKS}, 4): "
            "reinstall mer_ros."
        )
    photo, mirror = table[:, :3], table[:, 3].astype(np.int64)
    canonical, rotation, scale_px = _canonical(photo, mirror)
    return CanonicalMesh(photo, canonical, mirror, rotation, scale_px)


def frame_of(landmarks: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """Rotation (3, 3) from canonical to picture directions, and pixels per interocular distance.

    landmarks: (468, 3) float64, pixels of any picture.
    """
    return _canonical(landmarks, load().mirror)[1:]


def measure() -> NDArray[np.float64]:
    """(468, 4) float64: the table of ``canonical_mesh.csv``, measured again by FaceMesh on the photograph."""
    enlarged = cv2.resize(photograph(), None, fx=ENLARGED, fy=ENLARGED, interpolation=cv2.INTER_LANCZOS4)
    mesh = FaceMesh(tracking=False)
    try:
        photo = mesh.detect(enlarged)[0].astype(np.float64) / ENLARGED
    finally:
        mesh.close()
    return np.column_stack([photo, _find_mirror(photo)])


def save(table: NDArray[np.float64], path: Path = MESH_FILE) -> None:
    """Write a (468, 4) table from ``measure`` as CSV."""
    np.savetxt(path, table, fmt=("%.3f", "%.3f", "%.3f", "%d"), delimiter=",", header=HEADER)


def _canonical(
    landmarks: NDArray[np.float64], mirror: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """The mesh in the canonical frame, the rotation of that frame in the picture, and its unit in pixels."""
    rotation, centre = _symmetry_frame(landmarks, mirror)
    upright = (landmarks - centre) @ rotation
    symmetric = (upright + upright[mirror] * (-1, 1, 1)) / 2
    eyes = symmetric[[RIGHT_EYE_OUTER, LEFT_EYE_OUTER]]
    scale_px = float(np.linalg.norm(eyes[1] - eyes[0]))
    return (symmetric - eyes.mean(0)) / scale_px, rotation, scale_px


def _find_mirror(photo: NDArray[np.float64]) -> NDArray[np.int64]:
    """(468,) index of each landmark's partner across the face: the mesh is matched with its reflection."""
    from scipy.optimize import linear_sum_assignment  # here: 10 MB, and only ``measure`` needs it

    mirror = np.arange(len(photo))
    points = photo - photo.mean(0)
    reflected = points * (-1, 1, 1)
    for _ in range(_MIRROR_ITERATIONS):
        distance = np.linalg.norm(points[:, None] - reflected[None], axis=-1)
        mirror = linear_sum_assignment(distance**2)[1]
        rotation, _ = _symmetry_frame(photo, mirror)
        points = (photo - photo.mean(0)) @ rotation
        reflected = points * (-1, 1, 1)
    if not np.array_equal(mirror[mirror], np.arange(len(mirror))):
        raise DataError("the landmarks do not match their mirror image: use the stored canonical_mesh.csv.")
    return mirror.astype(np.int64)


def _symmetry_frame(
    photo: NDArray[np.float64], mirror: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Rotation (3, 3), whose columns are the face's x, y, z axes in the photograph, and the mesh's centre.

    The x axis is the mean direction between mirrored landmarks; the pitch of the photograph is kept.
    """
    x_axis = _unit(((photo - photo[mirror]) * np.sign(photo[:, :1] - photo[mirror][:, :1])).sum(0))
    y_axis = _unit(np.array([0.0, 1.0, 0.0]) - x_axis[1] * x_axis)
    z_axis = np.cross(x_axis, y_axis)
    centre = ((photo + photo[mirror]) / 2).mean(0)
    return np.stack([x_axis, y_axis, z_axis], axis=1), centre


def _unit(vector: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(vector / np.linalg.norm(vector))
