"""The trunk over space and time: shapes, blocks with hand-set weights, invalid settings."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from mer_ros.errors import ConfigError
from mer_ros.recognition.backbones.r3d import VideoBackboneConfig, VideoBlock, VideoTrunk

NARROW = (4, 4, 8, 8)


def set_centre(convolution: nn.Conv3d, value: float) -> None:
    """A convolution that multiplies each voxel by ``value``."""
    with torch.no_grad():
        convolution.weight.zero_()
        convolution.weight[:, :, 1, 1, 1] = value


def test_the_shapes_after_each_layer_of_the_default_trunk():
    trunk, shapes = VideoTrunk(VideoBackboneConfig()).eval(), {}
    for name in ("conv1", "layer1", "layer2", "layer3", "layer4"):
        trunk.get_submodule(name).register_forward_hook(
            lambda m, i, out, name=name: shapes.update({name: tuple(out.shape[1:])})
        )
    with torch.inference_mode():
        trunk(torch.zeros(1, 3, 8, 28, 28))
    assert shapes == {
        "conv1": (16, 8, 14, 14),
        "layer1": (16, 8, 14, 14),
        "layer2": (32, 4, 14, 14),
        "layer3": (64, 2, 7, 7),
        "layer4": (128, 2, 7, 7),
    }
    assert trunk.out_channels == 128


@pytest.mark.parametrize("kernel", ["full", "factorised"])
def test_full_and_factorised_kernels_have_the_same_map(kernel):
    trunk = VideoTrunk(VideoBackboneConfig(NARROW, kernel=kernel)).eval()
    with torch.inference_mode():
        assert trunk(torch.zeros(1, 3, 8, 28, 28)).shape == (1, 8, 2, 7, 7)


def test_a_block_computed_by_hand():
    """1 -> ReLU(-2) = 0 -> 0 + 1 = 1 and -1 -> ReLU(2) = 2 -> 3 * 2 - 1 = 5; the norms divide by 1."""
    block = VideoBlock(1, 1, "full").eval()
    set_centre(block.conv1, -2.0)
    set_centre(block.conv2, 3.0)
    x = torch.tensor([1.0, -1.0]).reshape(1, 1, 1, 1, 2)
    before = x.clone()
    with torch.inference_mode():
        torch.testing.assert_close(block(x).flatten(), torch.tensor([1.0, 5.0]), atol=1e-3, rtol=0)
    assert torch.equal(x, before)  # the ReLUs work in place


def test_a_factorised_convolution_is_the_full_one_of_the_outer_product():
    space, time = torch.arange(9.0).reshape(3, 3) - 3, torch.tensor([1.0, -2.0, 0.5])
    full, factorised = VideoBlock(1, 1, "full").eval(), VideoBlock(1, 1, "factorised").eval()
    with torch.no_grad():
        for own in (full.conv1, full.conv2):
            own.weight.copy_((time[:, None, None] * space)[None, None])
        for over_space, over_time in (factorised.conv1, factorised.conv2):
            over_space.weight.copy_(space[None, None, None])
            over_time.weight.copy_(time[None, None, :, None, None])
        x = torch.randn(1, 1, 5, 6, 7, generator=torch.Generator().manual_seed(0))
        torch.testing.assert_close(factorised(x), full(x), atol=1e-3, rtol=1e-4)


@pytest.mark.parametrize("kernel", ["full", "factorised"])
@pytest.mark.parametrize(
    ("stride", "time_stride", "shape"),
    [(1, 1, (6, 8, 8)), (2, 1, (6, 4, 4)), (1, 2, (3, 8, 8)), (2, 3, (2, 4, 4))],
)
def test_space_and_time_have_strides_of_their_own(stride, time_stride, shape, kernel):
    block = VideoBlock(2, 2, kernel, stride, time_stride).eval()
    with torch.inference_mode():
        assert block(torch.zeros(1, 2, 6, 8, 8)).shape == (1, 2, *shape)
    assert (block.downsample is None) == (shape == (6, 8, 8))


def test_depth_adds_blocks_that_keep_the_shape():
    trunk = VideoTrunk(VideoBackboneConfig(NARROW, depths=(1, 3, 1, 2)))
    assert [len(getattr(trunk, f"layer{k}")) for k in (1, 2, 3, 4)] == [1, 3, 1, 2]
    assert all(block.downsample is None for block in (*trunk.layer2[1:], *trunk.layer4[1:]))
    assert trunk.layer2[0].downsample is not None  # it halves the time


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"widths": ()}, r"'widths' of the backbone is \[\]"),
        ({"widths": (4, 4, 8)}, r"\[4, 4, 8\]: give four numbers of 1 to 2048"),
        ({"widths": (4, 4, 8, 2049)}, "'widths'"),
        ({"depths": (1, 1, 0, 1)}, "'depths' .* 1 to 16"),
        ({"strides": (1, 1, 5, 1)}, "'strides' .* 1 to 4"),
        ({"time_strides": (1, 1, 1, 1, 1)}, "'time_strides'"),
        ({"stem_stride": 3}, "'stem_stride' is 3: give 1, 2 or 4"),
    ],
)
def test_settings_out_of_range_are_refused(settings, says):
    with pytest.raises(ConfigError, match=says):
        VideoBackboneConfig(**settings)
