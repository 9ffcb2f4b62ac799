"""An untrained probe gives the answers of its networks, and reads the features that its settings name."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional as F

from mer_ros.errors import CheckpointError, ConfigError
from mer_ros.recognition import checkpoint, create
from mer_ros.recognition.checkpoint import ModelCard
from mer_ros.recognition.sample import InputSpec
from mer_ros.recognition.systems.probe import Probe

NARROW = {"widths": [8, 8, 12, 16], "depths": [1, 1, 1, 1]}
SETTINGS = {
    "micro_attention": {"backbone": NARROW},
    "prototype": {"backbone": NARROW, "size": 24, "decoder_width": 16},
}


def a_probe(n_labels=7, untrained=8, layer="trunk.layer2", **more) -> Probe:
    torch.manual_seed(0)
    members = [{"system": name, "settings": SETTINGS[name], "layers": [layer]} for name in SETTINGS]
    settings = {"n_labels": n_labels, "members": members, "grid": 3, "untrained": untrained, **more}
    system = create("probe", settings).eval()
    assert isinstance(system, Probe)
    if n_labels == 7:
        system.translation.copy_(torch.eye(7))
    return system


def test_untrained_it_gives_the_mean_log_probability_of_its_networks():
    system, x = a_probe(), torch.randn(4, 3, 24, 24)
    with torch.inference_mode():
        found = system(x).logits
        mean = torch.stack([torch.log_softmax(m(x).logits, 1).clamp_min(-9.2103) for m in system.members])
        torch.testing.assert_close(found, torch.log_softmax(mean.mean(0), 1), atol=1e-4, rtol=1e-4)


def test_networks_without_an_opinion_leave_all_to_the_heads():
    system, x = a_probe(3), torch.randn(2, 3, 24, 24)
    with torch.inference_mode():
        opinion, _ = system.prior_and_features(x)
        torch.testing.assert_close(opinion.exp(), torch.full((2, 3), 1 / 3))
        torch.testing.assert_close(system(x).logits.exp(), torch.full((2, 3), 1 / 3))


def test_its_features_are_the_layers_over_a_grid_and_the_untrained_ones():
    system, x = a_probe(), torch.randn(2, 3, 24, 24)
    assert system.feature_sizes == [8 * 9, 8 * 9, 8 * 9]
    with torch.inference_mode():
        _, features = system.prior_and_features(x)
        trunk = system.members[0].trunk
        deep = trunk.layer2(trunk.layer1(trunk.relu(trunk.bn1(trunk.conv1(x)))))
        torch.testing.assert_close(features[0], F.adaptive_avg_pool2d(deep, 3).flatten(1))
        torch.testing.assert_close(features[2], F.adaptive_avg_pool2d(system.untrained(x), 3).flatten(1))
    assert not system.members[0].trunk.layer2._forward_hooks


def test_pixels_are_features_with_the_prior_and_a_smaller_member_gets_a_smaller_sample():
    reader = {"system": "linear", "settings": {"size": 16}, "size": 16}
    settings = {"members": [reader], "pixels": 12, "untrained": 8, "grid": 3}
    system, x = create("probe", settings).eval(), torch.randn(2, 3, 24, 24)
    assert system.feature_sizes == [3 * 12 * 12, 8 * 9] and system.without_prior == (False, True)
    with torch.inference_mode():
        _, features = system.prior_and_features(x)
        torch.testing.assert_close(features[0], F.avg_pool2d(x, 2).flatten(1))
        assert system(x).logits.shape == (2, 7)


def test_only_the_heads_are_trainable():
    system = a_probe()
    learning = {name for name, p in system.named_parameters() if p.requires_grad}
    assert learning == {"gains", *(f"heads.{i}.{part}" for i in range(3) for part in ("weight", "bias"))}


def test_it_comes_back_from_a_file(tmp_path):
    system, x = a_probe(), torch.randn(2, 3, 24, 24)
    path = tmp_path / "probe.safetensors"
    checkpoint.save(path, system, ModelCard("probe", tuple("abcdefg"), InputSpec("flow", 24)))
    again = checkpoint.load(path).system
    with torch.inference_mode():
        torch.testing.assert_close(again(x).logits, system(x).logits, atol=0.02, rtol=0.02)  # half precision


def test_fault_46_a_file_whose_networks_do_not_fit_is_refused(tmp_path):
    system = a_probe()
    path = tmp_path / "probe.safetensors"
    checkpoint.save(path, system, ModelCard("probe", tuple("abc"), InputSpec("flow", 24)))
    with pytest.raises(CheckpointError, match="7 classes but names 3"):
        checkpoint.load(path)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"layer": "trunk.layer9"}, "no layer 'trunk.layer9'"),
        ({"layer": "trunk.relu"}, "has no convolution"),
        ({"n_labels": 1}, "'n_labels'"),
        ({"untrained": -1}, "'untrained'"),
        ({"pixels": 65}, "'pixels'"),
    ],
)
def test_settings_without_meaning_are_refused(change, said):
    with pytest.raises(ConfigError, match=said):
        a_probe(**change)
