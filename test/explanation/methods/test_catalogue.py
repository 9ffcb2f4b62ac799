"""The attribution methods by name; one line adds another."""

from __future__ import annotations

import sys
from types import ModuleType

import numpy as np
import pytest
import torch

from mer_ros.errors import ConfigError, InputError
from mer_ros.explanation import METHODS, Attributions, attribute, attributions, methods_of
from mer_ros.explanation.attribution import NOT_A_NUMBER
from mer_ros.explanation.methods.method import Method
from mer_ros.explanation.notes import Note
from mer_ros.recognition.registry import create
from mer_ros.recognition.systems import SYSTEMS

BACKBONE = {"widths": [8, 8, 8, 8], "depths": [1, 1, 1, 1]}
GIVEN = {  # settings and the shape of an input
    "linear": ({"size": 16}, (3, 16, 16)),
    "linear_prototype": ({"size": 16}, (3, 16, 16)),
    "random_features": ({"size": 28, "channels": 8}, (3, 28, 28)),
    "micro_attention": ({"backbone": BACKBONE}, (3, 56, 56)),
    "micro_attention_grey": ({}, (3, 56, 56)),
    "prototype": ({"backbone": BACKBONE, "decoder_width": 16}, (3, 56, 56)),
    "me_plan": ({}, (8, 3, 28, 28)),
    "lbp_top": ({}, (6, 64, 64)),
    "lbp_sip": ({}, (6, 64, 64)),
    "elcbp": ({}, (6, 64, 64)),
    "votes": (
        {"members": [{"system": "linear", "settings": {"size": 28}, "layers": [], "size": 0}]},
        (3, 28, 28),
    ),
    "probe": ({"untrained": 8}, (3, 28, 28)),
}


@pytest.fixture
def system():
    return create("micro_attention", {"backbone": BACKBONE}).eval()


@pytest.mark.parametrize("name", METHODS.names)
def test_every_method_can_be_imported(name):
    method = METHODS.get(name)
    assert isinstance(method, Method) and callable(method.maps) and method.needs


@pytest.mark.parametrize("name", SYSTEMS.names)
def test_every_system_has_batched_maps_by_every_method_that_applies(name):
    """Of a batch as of its parts; afterwards no hook, the same mode and the same answers."""
    torch.manual_seed(0)
    settings, shape = GIVEN[name]
    system = create(name, settings).requires_grad_(False)
    if name == "me_plan":
        system.prototypes.normal_()
    x, labels = torch.rand(2, *shape), torch.tensor([1, 4])
    with torch.inference_mode():
        before = system.eval()(x).logits
    system.train()
    names = methods_of(system)
    assert "region_occlusion" in names
    for method in names:
        found = attributions(system, x, labels, method)
        assert found.maps.ndim == 3 and len(found) == 2 and (found.maps >= 0).all(), method
        torch.testing.assert_close(found.output.logits, before.clone(), rtol=1e-4, atol=1e-4)
        for one, own, label in zip(found, x, labels.tolist(), strict=True):
            alone = attribute(system, own[None], label, method)
            np.testing.assert_allclose(one.map, alone.map, rtol=1e-3, atol=1e-5, err_msg=method)
            assert one.note == alone.note and one.output.logits.shape == (1, 7)
        assert not any(module._forward_hooks for module in system.modules()) and system.training, method
    with torch.inference_mode():
        assert torch.equal(system.eval()(x).logits, before)


def test_a_method_that_does_not_apply_is_refused_with_those_that_do():
    with pytest.raises(
        InputError,
        match="'grad_cam' needs one layer with feature maps, which LbpTopSystem does not have: choose one of "
        "block_contributions, region_occlusion.",
    ):
        attribute(create("lbp_top", {}), torch.zeros(1, 6, 64, 64), 0, "grad_cam")


def test_gradients_that_are_not_numbers_give_an_empty_map_and_a_sentence(system):
    x = torch.rand(2, 3, 56, 56)
    x[0, 0, 20, 20] = float("nan")
    found = attributions(system, x, torch.tensor([2, 2]))
    first, second = found
    assert not first.map.any() and first.note == NOT_A_NUMBER
    assert second.map.any() and second.note is None


def test_an_added_method_is_a_line_and_a_system_that_names_it(system, monkeypatch):
    module = ModuleType("a_new_method")
    module.METHOD = Method(
        lambda system, x, labels: Attributions(
            labels[:, None, None].expand(-1, 2, 2).numpy(), system(x), (Note("attention"),) * len(x)
        ),
        lambda system: True,
        "nothing",
    )
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(METHODS.places, "constant", "a_new_method:METHOD")
    monkeypatch.setattr(type(system), "explained_by", "constant")
    found = attribute(system, torch.zeros(1, 3, 56, 56), 3)
    assert (found.map == 3).all() and found.note == Note("attention") and found.output.logits.shape == (1, 7)


def test_an_unknown_method_is_refused_by_name(system, monkeypatch):
    monkeypatch.setattr(type(system), "explained_by", "guess")
    with pytest.raises(
        ConfigError, match="No attribution method is named 'guess': choose one of linear_contr"
    ):
        attribute(system, torch.zeros(1, 3, 56, 56), 0)
