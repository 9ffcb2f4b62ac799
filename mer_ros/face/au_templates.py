"""Displacement fields of the action units on the canonical crop, for finding units in a flow."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

from mer_ros.face import canonical_mesh, facs, geometry
from mer_ros.face.interpolation import dense_weights, pixel_grid


@functools.lru_cache(maxsize=4)
def action_unit_templates(size: int) -> tuple[tuple[str, ...], NDArray[np.float32]]:
    """Names of the K action units, and their displacement fields on the canonical mesh.

    The fields are (K, 2, size, size) float32 with the channels u, v in crop pixels; both sides of the face
    move. Each field is scaled so that its largest landmark displacement is 1 crop pixel.
    """
    mesh = canonical_mesh.load().canonical
    crop = geometry.crop_from_image(mesh.astype(np.float32)).astype(np.float64)
    landmarks = mesh[:, :2] @ crop[:, :2].T + crop[:, 2]
    weights = dense_weights(landmarks, pixel_grid(size, size, geometry.CROP_SIZE / size))
    moved = np.stack([facs.both_sides(unit)[:, :2] for unit in facs.UNITS])
    moved /= np.linalg.norm(moved, axis=2).max(1)[:, None, None]
    fields = np.stack([(weights @ one).T.reshape(2, size, size) for one in moved]).astype(np.float32)
    fields.setflags(write=False)
    return facs.UNITS, fields
