from __future__ import annotations

import cv2
import numpy as np
import pytest
import torch

from mer_ros.errors import ConfigError
from mer_ros.recognition import create
from mer_ros.recognition.sample import InputSpec
from mer_ros.recognition.systems.micro_attention import AttentionBlock
from mer_ros.training.config import TrainConfig
from mer_ros.training.settings_file import default


@pytest.fixture(scope="module")
def system():
    torch.manual_seed(0)
    return create("micro_attention_grey", {}).eval()


def test_it_is_the_net_of_the_paper(system):
    assert system.trunk.conv1.weight.shape == (64, 1, 7, 7) and system.trunk.conv1.stride == (2, 2)
    blocks = [module for module in system.modules() if isinstance(module, AttentionBlock)]
    assert [block.conv2.out_channels for block in blocks] == [64, 128, 256, 512]
    assert system.head.weight.shape == (7, 512) and system.dropout.p == 0


def test_its_maps_at_224_pixels(system):
    shapes = []
    hooks = [
        layer.register_forward_hook(lambda m, i, out: shapes.append(tuple(out.shape[1:])))
        for layer in (system.trunk.conv1, *(getattr(system.trunk, f"layer{k}") for k in range(1, 5)))
    ]
    with torch.inference_mode():
        system(torch.zeros(1, 3, 224, 224))
    for hook in hooks:
        hook.remove()
    assert shapes == [(64, 112, 112), (64, 56, 56), (128, 28, 28), (256, 14, 14), (512, 7, 7)]
    assert system.gradcam_layer == "trunk.layer3"


def test_it_reads_only_the_grey_image_as_opencv_converts_it(system):
    rgb = np.random.default_rng(0).integers(0, 256, (64, 64, 3)).astype(np.uint8)
    grey = np.repeat(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2)
    both = torch.from_numpy(np.stack([rgb, grey]).transpose(0, 3, 1, 2).astype(np.float32) / 255)
    with torch.inference_mode():
        first, second = system(both).logits
    torch.testing.assert_close(first, second, atol=5e-3, rtol=0)


def test_the_last_map_is_pooled_with_equal_weights(system):
    x = torch.rand(2, 3, 64, 64)
    grey = 0.299 * x[:, :1] + 0.587 * x[:, 1:2] + 0.114 * x[:, 2:]
    with torch.inference_mode():
        wanted = system.head(system.trunk(grey).mean((2, 3)))
        torch.testing.assert_close(system(x).logits, wanted)


def test_flow_has_no_grey():
    with pytest.raises(ConfigError, match="is 'flow', but 'micro_attention_grey' reads apex"):
        TrainConfig("micro_attention_grey", input=InputSpec("flow", 56))


def test_it_is_trained_on_images_of_the_paper_s_size():
    config = default("micro_attention_grey")
    assert (config.input.kind, config.input.size) == ("apex", 224)
