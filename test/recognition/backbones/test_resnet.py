"""The ResNet trunk: torchvision's weights, shapes, and pooling over the face window."""

from __future__ import annotations

import pytest
import torch

from mer_ros.compat import import_torchvision
from mer_ros.errors import ConfigError
from mer_ros.recognition.backbones.resnet import (
    BackboneConfig,
    BasicBlock,
    ResNetTrunk,
    face_share,
    pool_face,
)

import_torchvision()
from torchvision.models import resnet  # noqa: E402  (the guard comes first)

NARROW = {"widths": (4, 4, 8, 8), "depths": (1, 1, 1, 1)}


def test_the_trunk_takes_torchvisions_own_weights():
    theirs = resnet.resnet18(weights=None).eval()
    ours = ResNetTrunk(BackboneConfig(strides=(1, 2, 2, 2), stem_pool=True)).eval()
    result = ours.load_state_dict(theirs.state_dict(), strict=False)
    assert result.missing_keys == [] and result.unexpected_keys == ["fc.weight", "fc.bias"]
    x = torch.randn(1, 3, 64, 64)
    with torch.inference_mode():
        torch.testing.assert_close(theirs.fc(ours(x).mean((2, 3))), theirs(x))


def test_blocks_have_the_weights_outputs_and_gradients_of_torchvision():
    found = []
    for block in (BasicBlock, resnet.BasicBlock):
        torch.manual_seed(3)
        trunk = ResNetTrunk(BackboneConfig(**NARROW), block)
        out = trunk(torch.randn(2, 3, 32, 32))
        out.square().sum().backward()
        found.append((trunk.state_dict(), out, [weight.grad for weight in trunk.parameters()]))
    (ours, out, grads), (theirs, their_out, their_grads) = found
    assert list(ours) == list(theirs) and all(torch.equal(ours[name], theirs[name]) for name in ours)
    assert torch.equal(out, their_out)
    assert all(torch.equal(one, other) for one, other in zip(grads, their_grads, strict=True))


@pytest.mark.parametrize(
    ("settings", "size", "maps"),
    [
        ({}, 56, [28, 14, 14, 14, 7]),
        ({"stem_stride": 1}, 56, [56, 28, 28, 28, 14]),
        ({"stem_pool": True, "strides": (1, 2, 2, 2)}, 224, [112, 56, 28, 14, 7]),
        ({"stem_kernel": 3}, 33, [17, 9, 9, 9, 5]),
    ],
)
def test_the_resolution_after_each_layer(settings, size, maps):
    trunk_config, found = BackboneConfig(**NARROW, **settings), []
    trunk = ResNetTrunk(trunk_config).eval()
    for name in ("conv1", "layer1", "layer2", "layer3", "layer4"):
        trunk.get_submodule(name).register_forward_hook(lambda m, i, out: found.append(out.shape[-1]))
    with torch.inference_mode():
        out = trunk(torch.zeros(1, 3, size, size))
    assert trunk_config.map_size(size) == maps[-1]
    assert found == maps and out.shape[1] == trunk.out_channels == 8


def test_a_trunk_of_one_channel_and_of_blocks_of_ones_own():
    class Block(BasicBlock):
        pass

    trunk = ResNetTrunk(BackboneConfig(**{**NARROW, "depths": (2, 1, 1, 3)}), Block, in_channels=1)
    assert trunk.conv1.weight.shape == (4, 1, 7, 7)
    assert [len(getattr(trunk, f"layer{k}")) for k in (1, 2, 3, 4)] == [2, 1, 1, 3]
    assert sum(isinstance(module, Block) for module in trunk.modules()) == 7


def test_pooling_weighs_each_cell_by_its_share_of_the_face():
    even = torch.full((1, 2, 7, 7), 3.0)
    torch.testing.assert_close(pool_face(even), torch.full((1, 2), 3.0))
    corner = torch.zeros(1, 1, 7, 7)
    corner[..., 0, 0] = 1.0
    middle = torch.zeros(1, 1, 7, 7)
    middle[..., 3, 3] = 1.0
    assert pool_face(corner).item() == 0 and pool_face(middle).item() > 1.5 / 49
    assert pool_face(torch.ones(1, 1, 1, 1)).item() == pytest.approx(1)


@pytest.mark.parametrize(("height", "width"), [(1, 1), (7, 7), (14, 14), (5, 9)])
def test_the_shares_of_the_face_sum_to_1(height, width):
    share = face_share(height, width)
    assert share.shape == (height, width) and share.dtype == torch.float32 and share.min() >= 0
    assert share.sum().item() == pytest.approx(1, abs=1e-5)
    torch.testing.assert_close(share, share.flip(-1), atol=0.02, rtol=0)  # a face is symmetric


def test_pooling_by_hand_and_in_the_precision_of_the_features():
    share = face_share(2, 2)
    features = torch.tensor([[[[8.0, 0.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, 4.0]]]])
    expected = torch.stack([8 * share[0, 0], 4 * share[1, 1]])[None]
    torch.testing.assert_close(pool_face(features), expected)
    assert pool_face(features.double()).dtype == torch.float64
    assert pool_face(features.half()).dtype == torch.float16
    torch.testing.assert_close(pool_face(features), expected)  # the cached shares are unchanged


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"widths": ()}, r"'widths' of the backbone is \[\]: give four numbers of 1 to 2048"),
        ({"widths": (0, 4, 8, 8)}, "'widths'"),
        ({"depths": (1, 1, 1, 17)}, "'depths' .* 1 to 16"),
        ({"strides": (1, 2, 1)}, "'strides' .* 1 to 4"),
        ({"stem_kernel": 4}, "'stem_kernel' is 4: give 3, 5 or 7"),
        ({"stem_stride": 3}, "'stem_stride' is 3: give 1 or 2"),
    ],
)
def test_settings_out_of_range_are_refused(settings, says):
    with pytest.raises(ConfigError, match=says):
        BackboneConfig(**settings)
