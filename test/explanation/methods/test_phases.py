"""Maps over space and time: Grad-CAM against its formula, and whole explanations of a moving event."""

from __future__ import annotations

import dataclasses

import cv2
import numpy as np
import pytest
import torch

from mer_ros import explanation
from mer_ros.explanation.methods import attribute
from mer_ros.explanation.methods.grad_cam import grad_cam
from mer_ros.explanation.methods.phases import phase_shares
from mer_ros.face.regions import REGIONS
from mer_ros.recognition.checkpoint import Calibration, Checkpoint, ModelCard
from mer_ros.recognition.recogniser import Recogniser
from mer_ros.recognition.registry import create
from mer_ros.recognition.sample import InputSpec
from mer_ros.recognition.systems.network import CamRule
from mer_ros.types import EMOTIONS, UNKNOWN, ClipFrame
from mer_ros.visualisation import overlay

SMALL = {"backbone": {"widths": [4, 8, 8, 8]}}


@pytest.fixture
def system():
    torch.manual_seed(0)
    created = create("me_plan", SMALL).eval().requires_grad_(False)
    created.set_prototypes(torch.rand(14, 16), torch.arange(14) % 7)
    return created


@pytest.fixture
def moving(make_event):
    """The event of the others with a clip: the lip corner rises and falls."""
    event = make_event()
    span, frames = event.offset_ns - event.onset_ns, []
    for stamp in np.linspace(event.onset_ns, event.offset_ns, 13).astype(np.int64):
        level = float(np.interp(stamp, [event.onset_ns, event.apex_ns, event.offset_ns], [0, 1, 0]))
        mixed = cv2.addWeighted(event.apex_face, level, event.onset_face, 1 - level, 0)
        frames.append(ClipFrame(mixed, int(stamp)))
    assert span > 0
    return dataclasses.replace(event, clip=tuple(frames))


def recogniser(system, limit=1e6):
    card = ModelCard("me_plan", EMOTIONS, InputSpec("sequence", 28), Calibration(rejection_distance=limit))
    return Recogniser(Checkpoint(system, card, "me_plan@0123456789ab"))


@pytest.mark.parametrize("rule", [CamRule("logit", "mean"), CamRule("contrast", "cell")])
def test_the_map_by_the_formula(system, rule):
    x = torch.randn(1, 8, 3, 28, 28)
    kept = []
    hook = system.trunk.layer1.register_forward_hook(
        lambda m, i, out: kept.append(out.requires_grad_()) or out.clone()
    )
    logits = system(x).logits[0]
    hook.remove()
    score = logits[2] - logits.mean() if rule.target == "contrast" else logits[2]
    (gradient,) = torch.autograd.grad(score, kept[0])
    alpha = gradient if rule.weights == "cell" else gradient.mean((2, 3, 4), keepdim=True)
    wanted = torch.relu((alpha * kept[0]).sum(1))[0].detach()
    found = grad_cam(system, x, 2, rule)
    assert found.map.shape == wanted.shape == (8, 14, 14)
    torch.testing.assert_close(found.map, wanted)


def test_the_map_of_the_explainer_is_the_sum_over_time_with_its_moment(system):
    x = torch.randn(1, 8, 3, 28, 28)
    cam, found = grad_cam(system, x, 1, system.cam_rule), attribute(system, x, 1, "hires_cam")
    np.testing.assert_allclose(found.map, cam.map.sum(0), rtol=1e-6)
    assert found.map.shape == (14, 14) and found.note.key == "phases"
    assert [name for name, _ in found.note.shares] == ["rise", "apex", "fall"]
    assert sum(share for _, share in found.note.shares) in (99, 100, 101)


@pytest.mark.parametrize(
    ("of_time", "frames", "shares"),
    [
        ([1, 1, 1, 1, 4, 0, 2, 0], 8, [4, 4, 2]),
        ([2, 1, 5, 2], 8, [3, 5, 2]),
        ([3, 7], 8, [3, 7, 0]),
        ([1], 8, [1, 0, 0]),
        ([0, 0, 0, 0], 8, [0, 0, 0]),
    ],
)
def test_when_by_hand(of_time, frames, shares):
    found = phase_shares(np.array(of_time, float)[:, None, None] * np.ones((1, 2, 2)), frames)
    wanted = np.array(shares, float)
    np.testing.assert_allclose(found, wanted / max(wanted.sum(), 1))


def test_an_explanation_is_whole(system, moving):
    model = recogniser(system)
    prediction = model.predict(moving)
    assert prediction.prototype_distances.shape == (7,) and prediction.prototype_distance > 0
    found = explanation.Explainer(model).explain(moving, prediction)
    assert found.heatmap.shape == (128, 128) and found.heatmap.max() in (0, 1)
    assert found.regions == REGIONS and found.prototype is None
    assert prediction.best_label in found.text and ", apex " in found.text
    assert overlay(moving, prediction, found).dtype == np.uint8
    again = model.predict(moving)
    assert np.array_equal(again.probabilities, prediction.probabilities)


def test_a_sample_far_from_all_class_means_is_unknown(system, moving):
    prediction = recogniser(system, limit=1e-6).predict(moving)
    assert prediction.label == UNKNOWN and "prototype" in prediction.reason
