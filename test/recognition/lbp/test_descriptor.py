"""What all descriptors share: checks of the clip, stretches, ties, normalisation per block and part."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.errors import ConfigError, InputError
from mer_ros.recognition.lbp import BlockGrid, ClipConfig, Descriptor, Layout
from mer_ros.recognition.lbp.descriptor import Stretch, check_radii
from mer_ros.recognition.lbp.elcbp import Elcbp, ElcbpConfig
from mer_ros.recognition.lbp.lbp_sip import LbpSip, LbpSipConfig
from mer_ros.recognition.lbp.lbp_top import LbpTop, LbpTopConfig

GRID = BlockGrid(rows=2, columns=3, depth=2)
DESCRIPTORS = {
    "top": LbpTop(LbpTopConfig(grid=GRID)),
    "top-4": LbpTop(LbpTopConfig((1, 2, 3), 4, grid=GRID)),
    "top-ellipses": LbpTop(LbpTopConfig((1, 2, 4), 8, "full", GRID)),
    "top-4-full": LbpTop(LbpTopConfig((3, 1, 1), 4, "full", GRID)),
    "sip": LbpSip(LbpSipConfig((2, 1, 3), GRID)),
    "elcbp": Elcbp(ElcbpConfig(grid=GRID)),
    "elcbp-full": Elcbp(ElcbpConfig("full", GRID)),
}
DEFAULTS = [LbpTop(LbpTopConfig()), LbpSip(LbpSipConfig()), Elcbp(ElcbpConfig())]


class Parity(Descriptor):
    """A descriptor of this test: the code of a pixel is its lowest bit."""

    def __init__(self, normalisation):
        config = LbpSipConfig(normalisation=normalisation)
        super().__init__(config, Layout(BlockGrid(1, 1, 1), ("bit",), (2,), (0, 0, 0)), 1, 2)

    def _count(self, stretch, counter):
        counter.add(0, stretch.t, stretch.start, stretch.at() & 1)

    def _fold(self, counts):
        return counts[:, 0].astype(np.float64)


@pytest.mark.parametrize(
    ("normalisation", "expected"), [("none", [2, 6]), ("sum", [0.25, 0.75]), ("root", [0.5, 0.75**0.5])]
)
def test_normalisation_by_hand(normalisation, expected):
    clip = np.array([[[0, 1], [1, 3]], [[2, 1], [5, 7]]], np.uint8)
    found = Parity(normalisation).describe(clip)
    np.testing.assert_allclose(found, expected, rtol=1e-6)
    assert found.dtype == np.float32


def test_the_neighbours_of_a_stretch_are_the_same_run_elsewhere():
    """Two frames of 3 x 4 pixels that hold their own index; the run begins at row 1, column 1."""
    stretch = Stretch(
        np.arange(24, dtype=np.uint8).reshape(2, 12), np.empty((0, 0)), 4, t=0, start=5, length=2
    )
    assert stretch.at().tolist() == [5, 6]
    assert stretch.at(dx=1).tolist() == [6, 7] and stretch.at(dx=-1).tolist() == [4, 5]
    assert stretch.at(dy=-1).tolist() == [1, 2] and stretch.at(dy=1, dt=1).tolist() == [21, 22]
    assert stretch.around(1).tolist() == [4, 5, 6, 7] and stretch.around(0, 1).tolist() == [17, 18]


@pytest.mark.parametrize(
    ("radii", "frames", "says"),
    [
        ((0, 1, 1), 0, r"'radii' are \(0, 1, 1\): give x, y and t of 1 to 32"),
        ((1, 1, 33), 0, r"'radii' are \(1, 1, 33\)"),
        ((1, 1, 4), 8, "a radius of 4 frames needs 9"),
    ],
)
def test_radii_out_of_range_are_refused(radii, frames, says):
    with pytest.raises(ConfigError, match=says):
        check_radii(radii, ClipConfig(frames))


@pytest.mark.parametrize(("radii", "frames"), [((1, 1, 1), 3), ((32, 32, 32), 0), ((1, 1, 4), 9)])
def test_radii_within_range_are_accepted(radii, frames):
    check_radii(radii, ClipConfig(frames))


def with_values(*values):
    clip = np.zeros((9, 30, 30), np.float32)
    clip[4, 7, : len(values)] = values
    return clip


@pytest.mark.parametrize("descriptor", DEFAULTS, ids=lambda d: type(d).__name__)
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
        (
            with_values(np.nan, 1, np.inf, -np.inf),
            r"NaN or values beyond \+-1e\+30, 3 of \d+ in all: remove or repair",
        ),
        (with_values(3e38), "1 of "),
        (np.zeros((2, 30, 30), np.uint8), "2 x 30 x 30 .* need (7|4) x"),
        (np.zeros((9, 9, 30), np.uint8), "9 x 9 x 30 .* need (7|4) x (14 x 14|10 x 10): use a larger clip"),
        (np.zeros((9, 30, 0), np.uint8), "9 x 30 x 0"),
    ],
)
def test_bad_input_is_refused_in_one_sentence(descriptor, clip, said):
    with pytest.raises(InputError, match=said) as caught:
        descriptor.describe(clip)
    assert str(caught.value).endswith(".") and ". " not in str(caught.value)


def test_the_smallest_clip_is_enough():
    for descriptor in DEFAULTS:
        margins, grid = descriptor.layout.margins, descriptor.layout.grid.shape
        shape = tuple(2 * margin + blocks for margin, blocks in zip(margins, grid))
        assert np.isfinite(descriptor.describe(np.zeros(shape, np.uint8))).all()


@pytest.mark.parametrize("level", [np.uint8(255), np.float32(0.1), np.float32(-1e29), np.float32(3e-39)])
@pytest.mark.parametrize("name", DESCRIPTORS)
def test_a_tie_is_a_one(name, level):
    """Nothing differs in a flat clip, so every bit of every code is one, whatever the level's last digits."""
    descriptor = DESCRIPTORS[name]
    feature = descriptor.describe(np.full((11, 12, 13), level))
    for part, bins in zip(descriptor.layout.parts, descriptor.layout.bins):
        all_ones = bins - 1 if bins in (4, 16, 256) else bins - 2  # behind it: the bin of what is not uniform
        expected = np.eye(bins)[all_ones]
        assert (feature[descriptor.layout.columns(part)] == expected).all()


@pytest.mark.parametrize("name", DESCRIPTORS)
def test_long_lines_and_many_stretches_count_every_voxel_once(name, monkeypatch):
    """An image that does not fit into one stretch gives the same result as one stretch would."""
    clip = np.random.default_rng(1).integers(0, 256, (11, 30, 17), np.uint8)
    whole = DESCRIPTORS[name].histograms(clip)
    monkeypatch.setattr("mer_ros.recognition.lbp.descriptor.STRETCH", 40)
    np.testing.assert_array_equal(DESCRIPTORS[name].histograms(clip), whole)


def test_a_clip_that_is_not_contiguous_has_the_same_feature():
    clip = np.random.default_rng(2).integers(0, 256, (20, 22, 24), np.uint8)
    descriptor = LbpTop(LbpTopConfig(grid=GRID))
    np.testing.assert_array_equal(
        descriptor.describe(clip[::2, :, ::-1]), descriptor.describe(clip[::2, :, ::-1].copy())
    )


def test_brightness_and_contrast_change_nothing():
    clip = np.random.default_rng(3).integers(0, 100, (12, 20, 20), np.uint8)
    for descriptor in DESCRIPTORS.values():
        np.testing.assert_array_equal(descriptor.describe(clip), descriptor.describe(clip * 2 + 31))


@pytest.mark.parametrize("normalisation", ["sum", "root", "none"])
@pytest.mark.parametrize("kind", [(LbpTop, LbpTopConfig), (LbpSip, LbpSipConfig), (Elcbp, ElcbpConfig)])
def test_normalisation_is_per_block_and_part(kind, normalisation):
    descriptor = kind[0](kind[1](grid=GRID, normalisation=normalisation))
    clip = np.random.default_rng(4).integers(0, 256, (12, 20, 22), np.uint8)
    feature = descriptor.describe(clip)
    assert feature.dtype == np.float32 and feature.shape == (descriptor.layout.size,)
    for part in descriptor.layout.parts:
        histograms = feature[descriptor.layout.columns(part)].astype(float)
        if normalisation == "none":
            assert len(set(histograms.sum(1))) > 1 and (histograms == histograms.round()).all()
        else:
            power = 2 if normalisation == "root" else 1
            np.testing.assert_allclose((histograms**power).sum(1), 1, rtol=1e-6)


def test_the_clip_is_prepared_first():
    clip = np.random.default_rng(6).integers(0, 256, (30, 16, 16), np.uint8)
    settings = ClipConfig(frames=9, magnification=4)
    described = LbpSip(LbpSipConfig((1, 1, 1), GRID, clip=settings)).describe(clip)
    by_hand = LbpSip(LbpSipConfig((1, 1, 1), GRID)).describe(settings.prepare(clip))
    np.testing.assert_array_equal(described, by_hand)
    assert (described != LbpSip(LbpSipConfig((1, 1, 1), GRID)).describe(clip)).any()
