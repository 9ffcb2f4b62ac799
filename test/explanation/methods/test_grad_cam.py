"""Grad-CAM on networks with hand-set weights, for which the map is known, and its side effects."""

from __future__ import annotations

import gc
import threading

import pytest
import torch
from torch import nn

from mer_ros.explanation.methods.grad_cam import grad_cam
from mer_ros.recognition.backbones.resnet import pool_face
from mer_ros.recognition.registry import create
from mer_ros.recognition.system import ModelOutput
from mer_ros.recognition.systems.network import CamRule, Network

NARROW = {"widths": [8, 8, 8, 8], "depths": [1, 1, 1, 1]}


class Toy(Network):
    """Two maps, the input and the input moved left; logit 0 = sum of map 0 - 2 * sum of map 1."""

    gradcam_layer = "maps"

    def __init__(self) -> None:
        super().__init__()
        self.maps = nn.Conv2d(1, 2, (1, 3), padding=(0, 1), bias=False)
        self.maps.weight.data = torch.tensor(
            [[[[0.0, 1, 0]]], [[[0.0, 0, 1]]]]
        )  # itself, its right neighbour
        self.fail = False

    def loss(self, output, data, labels):
        return {"sum": output.logits.sum()}

    def forward(self, x):
        maps = torch.relu_(self.maps(x))
        if self.fail:
            raise RuntimeError("broken after the layer")
        score = maps[:, 0].sum((1, 2)) - 2 * maps[:, 1].sum((1, 2))
        return ModelOutput(torch.stack([score, score * 0], 1))


def test_the_map_is_the_one_computed_by_hand():
    x = torch.tensor([[[[1.0, 2.0, 0.0], [0.0, 0.0, 7.0]]]])
    # A0 = x, A1 = x moved left: [[2, 0, 0], [0, 7, 0]]. ReLU passes the gradient only where A > 0:
    # alpha_0 = 3 / 6, alpha_1 = -2 * 2 / 6. L = ReLU(A0 / 2 - 2/3 A1).
    expected = torch.tensor([[0.0, 1.0, 0.0], [0.0, 0.0, 3.5]])
    torch.testing.assert_close(grad_cam(Toy(), x, 0).map, expected)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        # Gradients of the logit cell by cell: 1 where A0 > 0, -2 where A1 > 0. L = ReLU(A0 - 2 A1).
        (CamRule("logit", "cell"), [[0.0, 2.0, 0.0], [0.0, 0.0, 7.0]]),
        # Logit 1 is 0, so the contrast is half the logit, and so is the map.
        (CamRule("contrast", "mean"), [[0.0, 0.5, 0.0], [0.0, 0.0, 1.75]]),
        (CamRule("contrast", "cell"), [[0.0, 1.0, 0.0], [0.0, 0.0, 3.5]]),
    ],
)
def test_the_other_rules_by_hand(rule, expected):
    x = torch.tensor([[[[1.0, 2.0, 0.0], [0.0, 0.0, 7.0]]]])
    torch.testing.assert_close(grad_cam(Toy(), x, 0, rule).map, torch.tensor(expected))


def test_a_class_without_gradient_has_an_empty_map():
    assert grad_cam(Toy(), torch.ones(1, 1, 2, 3), 1).map.tolist() == [[0, 0, 0], [0, 0, 0]]


def test_a_prototype_system_explains_minus_its_distance():
    torch.manual_seed(0)
    system = create("prototype", {"n_labels": 2, "size": 56, "decoder_width": 16, "backbone": NARROW})
    x = torch.randn(1, 3, 56, 56)
    system.eval()
    maps = []
    hook = system.trunk.layer3.register_forward_hook(
        lambda m, i, out: maps.append(out.detach().requires_grad_())
    )
    system(x)
    hook.remove()
    a = maps[0]
    z = pool_face(system.trunk.layer4(a))
    y = -(z - system.prototypes[1]).square().sum()
    alpha = torch.autograd.grad(y, a)[0].mean((2, 3), keepdim=True)
    torch.testing.assert_close(grad_cam(system, x, 1).map, torch.relu((alpha * a).sum(1))[0].detach())


@pytest.mark.parametrize("name", ["micro_attention", "prototype"])
@pytest.mark.parametrize("training", [False, True])
def test_fault_55_frozen_nets_answer_the_same_and_stay_as_they_were(name, training):
    torch.manual_seed(0)
    system = create(name, {"n_labels": 3, "backbone": NARROW}).requires_grad_(False)
    x = torch.randn(1, 3, 56, 56)
    with torch.inference_mode():
        before = system.eval()(x).logits
    system.train(training)
    cam = grad_cam(system, x, 0)
    torch.testing.assert_close(cam.output.logits, before.clone())  # another memory layout rounds differently
    assert cam.map.shape == (14, 14) and (cam.map >= 0).all() and not cam.map.requires_grad
    assert system.training is training and not any(p.requires_grad for p in system.parameters())
    assert all(p.grad is None for p in system.parameters())
    with torch.inference_mode():
        assert torch.equal(system.eval()(x).logits, before)


def test_it_works_within_inference_mode():
    x = torch.tensor([[[[1.0, 2.0, 0.0], [0.0, 0.0, 7.0]]]])
    toy = Toy()
    expected = grad_cam(toy, x, 0).map
    with torch.inference_mode():
        assert torch.equal(grad_cam(toy, x.clone(), 0).map, expected)


def test_fault_53_hooks_are_gone_after_an_error():
    toy = Toy().train()
    toy.fail = True
    with pytest.raises(RuntimeError, match="broken after the layer"):
        grad_cam(toy, torch.ones(1, 1, 2, 3), 0)
    assert not toy.maps._forward_hooks and toy.training


def test_fault_54_many_maps_keep_nothing():
    toy, x = Toy(), torch.ones(1, 1, 8, 9)

    def tensors() -> int:
        gc.collect()
        return sum(issubclass(type(thing), torch.Tensor) for thing in gc.get_objects())

    grad_cam(toy, x, 0)
    before = tensors()
    for _ in range(200):
        grad_cam(toy, x, 0)
    assert tensors() <= before and not toy.maps._forward_hooks


def test_the_contrast_of_a_prototype_still_points_where_the_distance_is_zero():
    torch.manual_seed(0)
    system = create("prototype", {"n_labels": 2, "size": 56, "decoder_width": 16, "backbone": NARROW}).eval()
    x = torch.randn(1, 3, 56, 56)
    with torch.no_grad():
        system.prototypes[0] = system(x).latent[0]
    assert grad_cam(system, x, 0).map.max() < 1e-6
    assert grad_cam(system, x, 0, system.cam_rule).map.max() > 1e-3


class Crossed(Toy):
    """While it explains, another thread asks the same network for an answer."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: list[torch.Tensor] = []
        self.asking = False

    def forward(self, x):
        if not self.asking:
            self.asking = True
            thread = threading.Thread(target=self._answer, args=(x.detach().clone(),))
            thread.start()
            thread.join()
        return super().forward(x)

    def _answer(self, x):
        with torch.inference_mode():
            self.answers.append(self(x).logits)


def test_an_answer_in_another_thread_meanwhile_is_unchanged():
    x = torch.tensor([[[[1.0, 2.0, 0.0], [0.0, 0.0, 7.0]]]])
    crossed = Crossed()
    found = grad_cam(crossed, x, 0).map
    torch.testing.assert_close(found, torch.tensor([[0.0, 1.0, 0.0], [0.0, 0.0, 3.5]]))
    assert torch.equal(crossed.answers[0], Toy()(x).logits) and crossed.answers[0].is_inference()
