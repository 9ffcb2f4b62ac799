"""TIM: the closed form against the decomposition of the paper; ends, equal pixels and still pixels stay."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.recognition.lbp.tim import interpolate, weights


def test_two_frames_become_a_straight_line_and_the_ends_stay():
    clip = np.array([10, 20], np.uint8).reshape(2, 1, 1)
    assert interpolate(clip, 3).ravel().tolist() == [10, 15, 20]
    assert interpolate(np.array([0, 30, 60], np.uint8).reshape(3, 1, 1), 2).ravel().tolist() == [0, 60]


def decomposition(clip, frames):
    """TIM as the paper writes it: singular value decomposition, and a linear map between curve and frames."""
    n = len(clip)
    x = clip.reshape(n, -1).T.astype(float)
    mean = x.mean(1, keepdims=True)
    u, s, vt = np.linalg.svd(x - mean, full_matrices=False)
    u, q = u[:, : n - 1], (s[:, None] * vt)[: n - 1]

    def curve(t):
        k = np.arange(1, n)[:, None]
        return np.sin(np.pi * k * t + np.pi * (n - k) / (2 * n))

    w = np.linalg.solve(q @ q.T, q @ curve(np.arange(1, n + 1) / n).T)
    moments = np.linspace(1 / n, 1, frames)
    return (u @ np.linalg.solve(w.T, curve(moments)) + mean).T.reshape(frames, *clip.shape[1:])


@pytest.mark.parametrize(("n", "frames"), [(7, 10), (13, 5), (2, 9), (20, 21)])
def test_the_closed_form_is_the_papers_decomposition(n, frames):
    clip = np.random.default_rng(n).integers(0, 256, (n, 19, 5), np.uint8)
    out = interpolate(clip, frames)
    assert out.dtype == np.float32 and out.shape == (frames, 19, 5)
    np.testing.assert_allclose(out, decomposition(clip, frames), atol=2.1 / 512)
    np.testing.assert_array_equal(out[[0, -1]], clip[[0, -1]])


def test_as_many_frames_as_there_are_is_the_clip_itself():
    clip = np.random.default_rng(0).integers(0, 256, (8, 4, 4), np.uint8)
    assert interpolate(clip, 8) is clip
    np.testing.assert_allclose(weights(8, 15)[::2], np.eye(8), atol=1e-12)


@pytest.mark.parametrize(("n", "frames"), [(2, 3), (9, 10), (20, 7)])
def test_the_weights_of_a_frame_sum_to_1_and_cannot_be_changed(n, frames):
    matrix = weights(n, frames)
    assert matrix.shape == (frames, n)
    np.testing.assert_allclose(matrix.sum(1), 1)
    with pytest.raises(ValueError, match="read-only"):  # the matrix is cached
        matrix[0, 0] = 2


@pytest.mark.parametrize("scale", [1, 1 / 255, 1e-6])
def test_still_pixels_stay_still_and_equal_pixels_equal(scale):
    """Equal pixels stay exactly equal in any unit; otherwise rounding would break ties."""
    rng = np.random.default_rng(1)
    clip = np.repeat(rng.integers(0, 256, (11, 40, 1)), 33, axis=2)
    clip[:, :20] = rng.integers(0, 256, (1, 20, 33))
    out = interpolate((clip * scale).astype(np.float32), 17)
    assert (out[:, :20] == out[:1, :20]).all()
    assert (out[:, 20:] == out[:, 20:, :1]).all()
    assert len(np.unique(out[:, 20])) > 8
