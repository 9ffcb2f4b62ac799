from __future__ import annotations

import numpy as np

from mer_ros.explanation.faithfulness import agreement, rank_correlation


def test_maps_of_other_sizes_are_compared_and_what_is_outside_the_face_is_not():
    y, x = np.mgrid[:28, :28].astype(float)
    other = np.array(x)
    other[0] = 1e6  # above the window of the face
    assert rank_correlation(x[None], other[None])[0] > 0.999
    assert rank_correlation(x[None], np.kron(x, np.ones((2, 2)))[None])[0] > 0.99
    assert abs(rank_correlation(x[None], y[None])[0]) < 0.05


def test_a_uniform_map_is_like_no_other():
    ramp = np.arange(784.0).reshape(1, 28, 28)
    assert rank_correlation(ramp, np.ones((1, 28, 28))).tolist() == [0]


def test_agreement_is_a_symmetric_matrix_of_medians():
    rng = np.random.default_rng(0)
    one = rng.random((3, 28, 28))
    found = agreement({"one": one, "same": 5 * one, "other": rng.random((3, 28, 28))})
    np.testing.assert_allclose(found, found.T)
    np.testing.assert_allclose(np.diag(found), 1)
    assert found[0, 1] > 0.99 and abs(found[0, 2]) < 0.2
