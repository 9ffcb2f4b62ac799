"""A clip is refused in one sentence, magnified, and interpolated as the paper's decomposition would."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.errors import ConfigError, InputError
from mer_ros.recognition.lbp import BlockGrid, ClipConfig
from mer_ros.recognition.lbp.clip import magnify
from mer_ros.recognition.lbp.elcbp import Elcbp, ElcbpConfig
from mer_ros.recognition.lbp.lbp_sip import LbpSip, LbpSipConfig
from mer_ros.recognition.lbp.lbp_top import LbpTop, LbpTopConfig
from mer_ros.recognition.lbp.tim import interpolate, weights

DESCRIPTORS = [LbpTop(LbpTopConfig()), LbpSip(LbpSipConfig()), Elcbp(ElcbpConfig())]


def with_values(*values):
    clip = np.zeros((9, 30, 30), np.float32)
    clip[4, 7, : len(values)] = values
    return clip


@pytest.mark.parametrize("descriptor", DESCRIPTORS, ids=lambda d: type(d).__name__)
@pytest.mark.parametrize(
    ("clip", "said"),
    [
        (np.zeros((0, 30, 30), np.uint8), "0 frame"),
        (np.zeros((1, 30, 30), np.uint8), "1 frame"),
        (np.zeros((30, 30), np.uint8), r"shape \(30, 30\): stack grey frames"),
        (np.zeros((9, 30, 30, 3), np.uint8), r"shape \(9, 30, 30, 3\): stack grey frames"),
        ([[[1]]], "is list"),
        (np.zeros((9, 30, 30)), "float64: convert"),
        (np.zeros((9, 30, 30), np.int16), "int16: convert"),
        (np.zeros((9, 30, 30), bool), "bool: convert"),
        (with_values(np.nan, 1, np.inf, -np.inf), r"3 values that are NaN or beyond 1e\+30: leave out"),
        (with_values(3e38), "1 values"),
        (np.zeros((2, 30, 30), np.uint8), "2 x 30 x 30 .* need (7|4) x"),
        (np.zeros((9, 9, 30), np.uint8), "9 x 9 x 30 .* need (7|4) x (14 x 14|10 x 10): send a larger one"),
        (np.zeros((9, 30, 0), np.uint8), "9 x 30 x 0"),
    ],
)
def test_bad_input_is_refused_in_one_sentence(descriptor, clip, said):
    with pytest.raises(InputError, match=said) as caught:
        descriptor.describe(clip)
    assert str(caught.value).endswith(".") and ". " not in str(caught.value)


def test_the_smallest_clip_is_enough():
    for descriptor in DESCRIPTORS:
        margins, grid = descriptor.layout.margins, descriptor.layout.grid.shape
        shape = tuple(2 * margin + blocks for margin, blocks in zip(margins, grid))
        assert np.isfinite(descriptor.describe(np.zeros(shape, np.uint8))).all()


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: ClipConfig(frames=1), "'frames' is 1: give 0, or 2 to 1000"),
        (lambda: ClipConfig(magnification=0.5), "'magnification' is 0.5: give 1 to 100"),
        (lambda: ClipConfig(magnification=float("nan")), "'magnification' is nan"),
        (lambda: LbpTopConfig(clip=ClipConfig(frames=6)), "a radius of 3 frames needs 7"),
        (lambda: LbpSipConfig((3, 0, 3)), r"'radii' are \(3, 0, 3\)"),
        (lambda: ElcbpConfig(clip=ClipConfig(frames=2)), "needs 3"),
        (lambda: BlockGrid(rows=0), "'rows' is 0"),
        (lambda: BlockGrid(overlap=1.0), "'overlap' is 1.0"),
    ],
)
def test_settings_without_meaning_are_refused(make, said):
    with pytest.raises(ConfigError, match=said):
        make()


def test_magnification_enlarges_what_moved():
    clip = np.full((3, 2, 2), 100, np.uint8)
    clip[1:, 0, 0] = [103, 90]
    out = magnify(clip, 10)
    assert out.dtype == np.float32
    assert out[:, 0, 0].tolist() == [100, 130, 0]
    assert (out[:, 1] == 100).all()


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


@pytest.mark.parametrize("scale", [1, 1 / 255, 1e-6])
def test_still_pixels_stay_still_and_equal_pixels_equal(scale):
    """Or ties would be broken by rounding. Whatever the unit of the values."""
    rng = np.random.default_rng(1)
    clip = np.repeat(rng.integers(0, 256, (11, 40, 1)), 33, axis=2)
    clip[:, :20] = rng.integers(0, 256, (1, 20, 33))
    out = interpolate((clip * scale).astype(np.float32), 17)
    assert (out[:, :20] == out[:1, :20]).all()
    assert (out[:, 20:] == out[:, 20:, :1]).all()
    assert len(np.unique(out[:, 20])) > 8
