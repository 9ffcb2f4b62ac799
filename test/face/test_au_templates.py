"""Templates of the action units on the canonical crop."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.face import facs
from mer_ros.face.au_templates import action_unit_templates


def test_templates_are_unit_fields_on_the_crop() -> None:
    names, fields = action_unit_templates(64)
    assert names == facs.UNITS
    assert fields.shape == (len(names), 2, 64, 64)
    peak = np.linalg.norm(fields, axis=1).max(axis=(1, 2))
    assert (peak <= 1.0 + 1e-6).all()
    assert (peak > 0.6).all()
    corner_v = fields[names.index("AU12"), 1, 64 * 89 // 128, :]  # the row of the lip corners
    assert corner_v.min() < -0.5
    assert corner_v.max() < 0.1
    assert np.abs(fields[:, :, 0]).max() == 0  # nothing moves at the crop's border


def test_both_sides_of_the_face_move_alike() -> None:
    _, fields = action_unit_templates(64)
    mirrored = fields[..., ::-1] * np.array([-1, 1])[:, None, None]
    assert np.abs(fields - mirrored).max() < 0.2  # triangles across the midline have no partner
    assert np.corrcoef(fields.ravel(), mirrored.ravel())[0, 1] > 0.99


def test_fields_are_in_crop_pixels_whatever_the_size() -> None:
    _, small = action_unit_templates(32)
    _, large = action_unit_templates(128)
    means = large.reshape(len(facs.UNITS), 2, 32, 4, 32, 4).mean(axis=(3, 5))
    assert np.abs(means - small).max() < 0.15
    assert np.corrcoef(means.ravel(), small.ravel())[0, 1] > 0.99


def test_the_shared_fields_cannot_be_changed() -> None:
    fields = action_unit_templates(32)[1]
    assert action_unit_templates(32)[1] is fields
    with pytest.raises(ValueError, match="read-only"):
        fields[0] = 0
