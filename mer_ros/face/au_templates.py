"""Displacement fields of the action units on the canonical crop, for finding units in a flow."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from mer_ros.face import canonical_mesh, facs, geometry
from mer_ros.face.interpolation import dense_weights, pixel_grid


@functools.lru_cache(maxsize=4)
def action_unit_templates(size: int) -> tuple[tuple[str, ...], NDArray[np.float32]]:
    """Names of the K action units, and their displacement fields on the canonical mesh.

    The fields are (K, 2, size, size) float32 with the channels u, v in crop pixels; both sides of the face
    move. Each field is scaled so that its largest landmark displacement is 1 crop pixel.
    """
    weights = _weights(size)
    moved = np.stack([facs.both_sides(unit)[:, :2] for unit in facs.UNITS])
    moved /= np.linalg.norm(moved, axis=2).max(1)[:, None, None]
    fields = np.stack([(weights @ one).T.reshape(2, size, size) for one in moved]).astype(np.float32)
    fields.setflags(write=False)
    return facs.UNITS, fields


def _weights(size: int) -> csr_matrix:
    """(size * size, 468) weights of the landmarks of the canonical mesh at the pixels of a crop."""
    mesh = canonical_mesh.load().canonical
    crop = geometry.crop_from_image(mesh.astype(np.float32)).astype(np.float64)
    landmarks = mesh[:, :2] @ crop[:, :2].T + crop[:, 2]
    return dense_weights(landmarks, pixel_grid(size, size, geometry.CROP_SIZE / size))


@functools.lru_cache(maxsize=2)
def one_sided_templates(size: int) -> NDArray[np.float32]:
    """(K, 2, 2, size, size) float32: fields of the K units on the person's right and left, crop pixels.

    The sum of both sides is the field of ``action_unit_templates``.
    """
    weights = _weights(size)
    moved = np.stack([facs.displacement(unit) for unit in facs.UNITS])[..., :2]  # (K, 2, 468, 2)
    moved = moved / np.linalg.norm(moved.sum(1), axis=2).max(1)[:, None, None, None]
    fields = np.stack([[(weights @ side).T.reshape(2, size, size) for side in one] for one in moved])
    fields = fields.astype(np.float32)
    fields.setflags(write=False)
    return fields
