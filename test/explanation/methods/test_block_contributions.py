"""Contributions of blocks and planes: they add up exactly for a linear SVM, approximately for kernels."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch

from mer_ros import explanation
from mer_ros.explanation.methods import attribute
from mer_ros.explanation.methods.block_contributions import block_contributions, painted_blocks
from mer_ros.explanation.notes import Note
from mer_ros.recognition import Recogniser, create, svm
from mer_ros.recognition.checkpoint import Checkpoint, ModelCard
from mer_ros.recognition.sample import InputSpec
from mer_ros.types import ClipFrame
from mer_ros.visualisation import overlay

LABELS = ("still", "above", "below")
GRID = {"rows": 4, "columns": 4}
SYSTEMS = {
    "lbp_top": {"radii": [1, 1, 1], "grid": {**GRID, "overlap": 0.25}, "clip": {"frames": 6}},
    "lbp_sip": {"radii": [1, 1, 1], "grid": GRID, "clip": {"frames": 6}},
    "elcbp": {"grid": {**GRID, "depth": 2}, "clip": {"frames": 6}},
}


def clip_of(label, seed):
    """(8, 64, 64) float32 whose upper or lower half slides; or none."""
    rng = np.random.default_rng(seed)
    still, moving = rng.integers(0, 256, (2, 64, 96)).astype(np.float32)
    clip = np.stack([still[:, :64]] * 8)
    rows = (slice(0, 0), slice(0, 32), slice(32, 64))[label]
    for t, frame in enumerate(clip):
        frame[rows] = moving[rows, t : t + 64]
    return clip


@pytest.fixture(scope="module", params=SYSTEMS)
def system(request):
    name = request.param
    fresh = create(name, {"n_labels": 3, "descriptor": SYSTEMS[name]})
    truth = np.arange(24) % 3
    features = np.concatenate([fresh.describe(clip_of(label, i)[None]) for i, label in enumerate(truth)])
    subjects, machine = np.array([f"s{i % 4}" for i in range(24)]), fresh.config.machine
    learned = svm.select_machine(
        features, truth, subjects, 3, machine.kernel_fitter(fresh.layout), (1.0,), mix_steps=1
    )
    return fresh.with_machine(learned.machine)


@pytest.mark.parametrize("label", [0, 1, 2])
def test_the_map_adds_up_to_the_machines_own_decision(system, label):
    x = torch.from_numpy(clip_of(1, 99))[None]
    machine = system.machine
    scores = machine.scores(np.stack([system.describe(x.numpy())[0], machine.mean]))
    lead, rest = scores[:, label] - scores.mean(1)
    painted = painted_blocks(system, block_contributions(system, x, label), 64)
    tolerance = 1e-6 if machine.exact else 0.03 * abs(lead - rest) + 0.01
    assert painted.sum() == pytest.approx(lead - rest, abs=tolerance)


def test_it_points_at_what_moves_and_names_the_planes(system):
    for label, half in ((1, slice(0, 32)), (2, slice(32, 64))):
        found = attribute(system, torch.from_numpy(clip_of(label, 50 + label))[None], label)
        assert found.map.shape == (64, 64) and found.map.min() >= 0
        assert found.map[half].sum() > 0.6 * found.map.sum()
        assert int(found.output.logits.argmax()) == label
        assert {name for name, _ in found.note.shares} == set(system.layout.parts)
        assert sum(share for _, share in found.note.shares) == pytest.approx(100, abs=2)
        assert found.note.key == ("blocks_exact" if system.machine.exact else "blocks_approximate")


def test_an_event_is_explained_from_its_clip(system, make_event):
    name = next(n for n in SYSTEMS if type(create(n, {})) is type(system))
    model = Recogniser(Checkpoint(system, ModelCard(name, LABELS, InputSpec("clip", 64)), f"{name}@0"))
    frames = np.repeat(clip_of(1, 7)[..., None], 3, axis=3).astype(np.uint8).repeat(2, 1).repeat(2, 2)
    event = dataclasses.replace(
        make_event(), clip=tuple(ClipFrame(f, 1_000_000_000 + i) for i, f in enumerate(frames))
    )
    prediction = model.predict(event)
    found = explanation.Explainer(model).explain(event, prediction)
    assert found.heatmap.shape == (128, 128) and found.heatmap.max() == 1 and found.prototype is None
    assert found.relevance.sum() == pytest.approx(1, abs=1e-5) and np.isfinite(found.inside_face)
    assert "Evidence by pattern" in found.text and prediction.best_label in found.text
    assert overlay(event, prediction, found).any()


def test_without_support_for_a_label_the_text_states_it():
    blank = create("lbp_top", {"n_labels": 3, "descriptor": SYSTEMS["lbp_top"]})
    found = attribute(blank, torch.zeros(1, 6, 64, 64), 0)
    assert found.note == Note("no_block") and not found.map.any()
