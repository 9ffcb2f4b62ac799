from __future__ import annotations

import numpy as np

from mer_ros.visualisation.heat_map import face_under_map


def test_a_face_without_evidence_is_only_less_saturated():
    face = np.full((20, 20, 3), (40, 80, 120), np.uint8)
    shown = face_under_map(face, np.zeros((4, 4), np.float32), 60)
    assert shown.shape == (60, 60, 3) and shown.dtype == np.uint8
    assert shown[30, 30].tolist() == [60, 80, 100]


def test_the_strongest_evidence_is_bright_and_values_outside_are_clipped():
    face = np.full((20, 20, 3), 50, np.uint8)
    heat = np.zeros((10, 10), np.float32)
    heat[:, 5:] = 9.0
    shown = face_under_map(face, heat, 100).astype(int)
    assert shown[50, 90].sum() > 2 * shown[50, 5].sum()
    np.testing.assert_array_equal(shown[:, 80:], face_under_map(face, 2 * heat, 100)[:, 80:])
