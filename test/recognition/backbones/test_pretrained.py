"""Pretrained backbones: from torchvision, from a file, and from a checkpoint of this package."""

from __future__ import annotations

import pickle
import socket
import urllib.request

import pytest
import torch
from safetensors.torch import save_file

from mer_ros.compat import import_torchvision
from mer_ros.errors import CheckpointError, ConfigError
from mer_ros.recognition import checkpoint, create
from mer_ros.recognition.backbones import pretrained
from mer_ros.recognition.backbones.pretrained import IMAGENET, is_backbone, take_backbone
from mer_ros.recognition.checkpoint import ModelCard
from mer_ros.recognition.freezing import freeze_all_but
from mer_ros.recognition.sample import InputSpec

import_torchvision()
from torchvision.models import ResNet18_Weights, resnet18  # noqa: E402  (the guard comes first)

LIKE_RESNET = {"n_labels": 3, "backbone": {"strides": [1, 2, 2, 2]}}
NARROW = {"n_labels": 3, "backbone": {"widths": [8, 8, 16, 16], "depths": [1, 1, 1, 1]}}


@pytest.fixture(scope="module")
def theirs():
    torch.manual_seed(5)
    return resnet18(weights=None).state_dict()


@pytest.fixture
def hub(tmp_path, monkeypatch):
    """An empty cache folder of torch, without a network connection."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    for name in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")  # no server there: refused at once
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setattr(urllib.request, "_opener", None)  # it remembers the proxies of its first use
    folder = tmp_path / "torch" / "hub" / "checkpoints"
    folder.mkdir(parents=True)
    return folder


def holds(system, state):
    own = system.trunk.state_dict()
    return all(torch.equal(own[key], value) for key, value in state.items() if not key.startswith("fc."))


def test_imagenet_by_torchvisions_own_interface(hub, theirs):
    torch.save(theirs, hub / ResNet18_Weights.IMAGENET1K_V1.url.rpartition("/")[2])
    system = create("micro_attention", LIKE_RESNET)
    units = {key: value.clone() for key, value in system.state_dict().items() if ".attention." in key}
    assert take_backbone(system, IMAGENET) == len(theirs) - 2
    assert holds(system, theirs)
    assert all(torch.equal(system.state_dict()[key], value) for key, value in units.items())


def test_imagenet_without_a_network_connection_gives_the_remedy(hub):
    with pytest.raises(ConfigError) as caught:
        take_backbone(create("micro_attention", LIKE_RESNET), IMAGENET)
    said = str(caught.value)
    assert "resnet18-f37072fd.pth" in said and str(hub) in said and "connect to the internet" in said
    assert "\n" not in said and list(hub.iterdir()) == []


def test_imagenet_from_a_server_that_is_silent_gives_the_remedy(hub, monkeypatch):
    monkeypatch.setattr(pretrained, "_ANSWER_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{silent.getsockname()[1]}")
        with pytest.raises(ConfigError, match="timed out"):
            take_backbone(create("micro_attention", LIKE_RESNET), IMAGENET)
    assert socket.getdefaulttimeout() is None


@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
def test_a_file_of_torchvisions_weights(tmp_path, theirs, suffix):
    path = tmp_path / f"resnet{suffix}"
    if suffix == ".pth":
        torch.save(theirs, path)
    else:
        save_file(theirs, path)
    system = create("prototype", {"n_labels": 3, "size": 24, "backbone": {"strides": [1, 2, 2, 2]}})
    take_backbone(system, str(path))
    assert holds(system, theirs)


def test_the_taken_backbone_computes_what_theirs_does(tmp_path, theirs):
    torch.save(theirs, tmp_path / "r.pth")
    settings = {"n_labels": 3, "size": 24, "backbone": {"strides": [1, 2, 2, 2], "stem_pool": True}}
    system = create("prototype", settings).eval()
    take_backbone(system, str(tmp_path / "r.pth"))
    model = resnet18(weights=None).eval()
    model.load_state_dict(theirs)
    x = torch.randn(2, 3, 64, 64)
    with torch.inference_mode():
        torch.testing.assert_close(model.fc(system.trunk(x).mean((2, 3))), model(x))


def test_frozen_imagenet_weights_stay_and_the_attention_is_trained(tmp_path, theirs):
    """One training step as in the KIT post: frozen backbone, trained attention and head."""
    torch.save(theirs, tmp_path / "r.pth")
    system = create("micro_attention", LIKE_RESNET)
    take_backbone(system, str(tmp_path / "r.pth"))
    assert freeze_all_but(system, system.head_parameters) == 2_092_808 + 512 * 3 + 3
    optimiser = torch.optim.SGD([p for p in system.parameters() if p.requires_grad], 0.01, 0.9)
    x, y = torch.randn(2, 3, 48, 48), torch.tensor([0, 2])
    before = system.trunk.layer1[0].attention.embedding.weight.clone()
    sum(system.train().loss(system(x), x, y).values()).backward()
    optimiser.step()
    assert holds(system, theirs) and not torch.equal(
        system.trunk.layer1[0].attention.embedding.weight, before
    )


def ours(tmp_path, name, settings=NARROW):
    torch.manual_seed(3)
    system = create(name, settings).eval()
    path = tmp_path / f"{name}.safetensors"
    checkpoint.save(path, system, ModelCard(name, ("a", "b", "c"), InputSpec("flow", 56)))
    return path, checkpoint.load(path).system.state_dict()


def test_a_model_of_ours_gives_its_backbone_and_its_attention(tmp_path):
    path, state = ours(tmp_path, "micro_attention")
    system = create("micro_attention", {**NARROW, "n_labels": 5})
    head = system.head.weight.clone()
    take_backbone(system, str(path))
    found = system.state_dict()
    assert all(torch.equal(found[key], value) for key, value in state.items() if key.startswith("trunk."))
    assert torch.equal(system.head.weight, head)


def test_a_backbone_goes_from_one_system_to_another(tmp_path):
    path, state = ours(tmp_path, "micro_attention")
    system = create("prototype", {**NARROW, "size": 24, "decoder_width": 16})
    take_backbone(system, str(path))
    own = system.trunk.state_dict()
    assert own and all(torch.equal(value, state[f"trunk.{key}"]) for key, value in own.items())


def test_the_backbone_of_me_plan_too(tmp_path):
    small = {"n_labels": 3, "backbone": {"widths": [4, 4, 8, 8]}}
    torch.manual_seed(3)
    first, path = create("me_plan", small).eval(), tmp_path / "me_plan.safetensors"
    checkpoint.save(path, first, ModelCard("me_plan", ("a", "b", "c"), InputSpec("sequence", 28)))
    second = create("me_plan", small)
    take_backbone(second, str(path))
    assert torch.equal(second.trunk.conv1.weight, first.trunk.conv1.weight.half().float())


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (
            {"n_labels": 3},
            "lack 5 of 126 tensors of the backbone.*strides of the backbone to \\[1, 2, 2, 2\\]",
        ),
        (NARROW, "'trunk.conv1.weight' as \\(64, 3, 7, 7\\) instead of \\(8, 3, 7, 7\\)"),
    ],
)
def test_weights_that_do_not_fit_say_how_to_make_them_fit(tmp_path, theirs, settings, said):
    torch.save(theirs, tmp_path / "r.pth")
    if settings is NARROW:
        settings = {"n_labels": 3, "backbone": {"widths": [8, 8, 16, 16], "strides": [1, 2, 2, 2]}}
    system = create("micro_attention", settings)
    before = {key: value.clone() for key, value in system.state_dict().items()}
    with pytest.raises(ConfigError, match=said):
        take_backbone(system, str(tmp_path / "r.pth"))
    assert all(torch.equal(value, before[key]) for key, value in system.state_dict().items())


class Evil:
    def __reduce__(self):
        return print, ("run",)


@pytest.mark.parametrize("content", ["evil", "empty", "noise", "list", "words", "nan"])
def test_fault_44_a_bad_file_is_refused_and_runs_nothing(tmp_path, theirs, content, capsys):
    path = tmp_path / "bad.pth"
    if content == "evil":
        path.write_bytes(pickle.dumps({"conv1.weight": Evil()}, protocol=2))
    elif content == "empty":
        path.write_bytes(b"")
    elif content == "noise":
        path.write_bytes(bytes(range(256)) * 9)
    elif content == "list":
        torch.save([torch.zeros(1)], path)
    elif content == "words":
        torch.save({"features.weight": torch.zeros(1)}, path)
    else:
        torch.save({**theirs, "conv1.weight": torch.full((64, 3, 7, 7), torch.nan)}, path)
    with pytest.raises(ConfigError) as caught:
        take_backbone(create("micro_attention", LIKE_RESNET), str(path))
    assert "\n" not in str(caught.value) and capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("source", "error"),
    [("missing.pth", ConfigError), ("missing.safetensors", CheckpointError), ("image-net", ConfigError)],
)
def test_missing_weights_are_refused(tmp_path, source, error):
    with pytest.raises(error) as caught:
        take_backbone(create("micro_attention", NARROW), source)
    assert source in str(caught.value) and "\n" not in str(caught.value)


def test_what_is_a_backbone_and_what_a_model():
    assert [is_backbone(name) for name in (IMAGENET, "a/b.pth", "prototype", "x.safetensors")] == [
        True,
        True,
        False,
        False,
    ]
