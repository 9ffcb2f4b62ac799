"""A training that starts from a backbone: ``start: [imagenet]`` or a file of torch's."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from mer_ros.compat import import_torchvision
from mer_ros.errors import ConfigError
from mer_ros.recognition.freezing import freeze_all_but
from mer_ros.training.config import TrainConfig
from mer_ros.training.families.choice import family_of
from mer_ros.training.initialisation import freeze, initialise, names_of_start
from mer_ros.training.settings_file import default

import_torchvision()
from torchvision.models import resnet18  # noqa: E402  (the guard comes first)


@pytest.fixture(scope="module")
def weights(tmp_path_factory) -> Path:
    torch.manual_seed(2)
    path = tmp_path_factory.mktemp("weights") / "resnet18.pth"
    torch.save(resnet18(weights=None).state_dict(), path)
    return path


def test_the_shipped_settings_are_the_source_documents(monkeypatch, weights, tmp_path):
    """ResNet-18 of ImageNet, frozen; attention units and head are trained."""
    config = default("micro_attention_imagenet")
    assert (config.start, config.transfer, config.input.kind) == (("imagenet",), "attention", "apex")
    hub = tmp_path / "hub" / "checkpoints"
    hub.mkdir(parents=True)
    (hub / "resnet18-f37072fd.pth").write_bytes(weights.read_bytes())
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    system = initialise(config, 7, 0)
    assert freeze(system, config.transfer) == freeze_all_but(system, system.head_parameters) == 2_096_399
    state = torch.load(weights, weights_only=True)
    assert torch.equal(system.trunk.layer3[1].conv2.weight, state["layer3.1.conv2.weight"])
    assert names_of_start(config) == ["imagenet"]


def test_a_file_is_named_by_its_hash(weights):
    config = TrainConfig("micro_attention", {"backbone": {"strides": [1, 2, 2, 2]}}, start=(str(weights),))
    assert names_of_start(config)[0].startswith("resnet18@")
    state = torch.load(weights, weights_only=True)
    assert torch.equal(initialise(config, 3, 0).trunk.conv1.weight, state["conv1.weight"])


def test_a_descriptor_has_no_backbone(weights):
    from mer_ros.recognition.sample import InputSpec

    with pytest.raises(ConfigError, match="no network, does not read 'start'"):
        family_of(TrainConfig("lbp_top", input=InputSpec("clip", 128), start=(str(weights),)))
