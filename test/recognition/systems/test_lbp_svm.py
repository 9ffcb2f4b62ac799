"""A descriptor and its SVM as a system: files are read back, damaged files and invalid clips are refused."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file

from mer_ros.errors import CheckpointError, ConfigError, InputError
from mer_ros.recognition import Recogniser, checkpoint, create, svm
from mer_ros.recognition.checkpoint import Calibration, ModelCard
from mer_ros.recognition.sample import InputSpec
from mer_ros.types import Sample

SPEC = InputSpec("clip", 32)
LABELS = ("still", "above", "below")
GRID = {"rows": 2, "columns": 2}
DESCRIPTOR = {"radii": [1, 1, 1], "grid": GRID, "clip": {"frames": 6}}
CUBE = {"grid": {**GRID, "depth": 2}, "clip": {"frames": 6}}
SYSTEMS = {
    "linear": ("lbp_top", {"descriptor": DESCRIPTOR}),
    "linear, whitened": ("lbp_sip", {"descriptor": DESCRIPTOR, "machine": {"whiten": 0.9}}),
    "rbf, whitened": ("lbp_top", {"descriptor": DESCRIPTOR, "machine": {"kernel": "rbf", "whiten": 0.9}}),
    "chi2": ("lbp_sip", {"descriptor": DESCRIPTOR, "machine": {"kernel": "chi2"}}),
    "cells": ("elcbp", {"descriptor": CUBE, "machine": {"kernel": "chi2", "cells": [0.5, 0.1]}}),
}


def clips(n=36, seed=0):
    """n clips (T, 32, 32) float32 of 5 to 9 frames, their subjects, and labels 0..2: which half moves."""
    rng = np.random.default_rng(seed)
    truth = np.arange(n) % 3
    drawn = []
    for label in truth:
        still, moving = rng.integers(0, 256, (2, 32, 64)).astype(np.float32)
        clip = np.stack([still[:, :32]] * rng.integers(5, 10))
        rows = (slice(0, 0), slice(0, 16), slice(16, 32))[label]
        for t, frame in enumerate(clip):
            frame[rows] = moving[rows, t : t + 32]
        drawn.append(clip)
    return drawn, truth, np.array([f"s{i % 4}" for i in range(n)])


def trained(kind):
    """A system that is trained on the clips."""
    name, settings = SYSTEMS[kind]
    system = create(name, {**settings, "n_labels": 3})
    shown, truth, subject_ids = clips()
    features = np.concatenate([system.describe(clip[None]) for clip in shown])
    machine = system.config.machine
    learned = svm.select_machine(
        features, truth, subject_ids, 3, machine.kernel_fitter(system.layout), (1.0, 10.0), mix_steps=2
    )
    return system.with_machine(learned.machine), learned


@pytest.fixture(scope="module", params=SYSTEMS)
def kind(request):
    return request.param


@pytest.fixture(scope="module")
def known(kind):
    return trained(kind)


def logits(system, shown):
    with torch.inference_mode():
        return torch.cat([system(torch.from_numpy(clip)[None]).logits for clip in shown])


def save(path, system, name):
    return checkpoint.save(path, system, ModelCard(name, LABELS, SPEC, Calibration(0.5)))


def test_the_system_gives_the_scores_of_its_machine(known):
    system, learned = known
    shown, truth, _ = clips(seed=1)
    features = np.concatenate([system.describe(clip[None]) for clip in shown])
    found = logits(system, shown)
    np.testing.assert_allclose(found, learned.machine.scores(features), atol=5e-3)
    assert (found.argmax(1).numpy() == truth).mean() > 0.8


def test_a_file_comes_back_and_answers_exactly_as_before(known, kind, tmp_path):
    system, _ = known
    model_id = save(tmp_path / "m.safetensors", system, SYSTEMS[kind][0])
    loaded = Recogniser.load(tmp_path / "m.safetensors")
    assert (loaded.model_id, loaded.input_kind, loaded.labels) == (model_id, "clip", LABELS)
    shown, _, _ = clips(6, seed=2)
    assert torch.equal(logits(loaded.system, shown), logits(system, shown))
    answer = loaded.predict_sample(Sample("clip", shown[0].clip(0, 255).astype(np.uint8)))
    assert answer.probabilities.sum() == pytest.approx(1) and np.isnan(answer.prototype_distance)


def test_contributions_add_up_to_the_lead(known):
    """Exactly for a linear machine; nearly, by quadrature, for kernels."""
    system, _ = known
    machine = system.machine
    feature = system.describe(clips(5, seed=3)[0][4][None])[0]
    scores = machine.scores(np.stack([feature, machine.mean]))
    for label in range(3):
        lead, rest = scores[:, label] - scores.mean(1)
        tolerance = 1e-6 if machine.exact else 0.03 * abs(lead - rest) + 0.01
        assert machine.contributions(feature, label).sum() == pytest.approx(lead - rest, abs=tolerance)


def rewritten(path, change):
    with safe_open(path, "pt") as file:
        tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
        metadata = json.loads(file.metadata()["mer_ros"])
    change(tensors, metadata)
    save_file(tensors, path, {"mer_ros": json.dumps(metadata)})


def set_tensor(name, index, value):
    def change(tensors, metadata):
        tensors[name][index] = value

    return change


@pytest.mark.parametrize(
    ("system", "change", "said"),
    [
        ("linear", lambda t, m: t.pop("mean"), "1 missing ['mean']"),
        ("linear", lambda t, m: m["configuration"]["descriptor"]["grid"].update(rows=3), "instead of"),
        ("linear", lambda t, m: m["configuration"]["descriptor"]["clip"].update(frames=0), "'frames'"),
        (
            "linear",
            lambda t, m: m["configuration"]["descriptor"].update(radii=[20, 20, 1]),
            "unusable system",
        ),
        (
            "linear",
            lambda t, m: m["input"].update(kind="flow"),
            "declares the input 'flow' but 'lbp_top' reads clip",
        ),
        ("linear", set_tensor("weights", (0, 0), float("nan")), "not numbers"),
        ("cells", set_tensor("cells", 0, 99), "ascending numbers below 8"),
        ("cells", lambda t, m: m["configuration"].update(support=10**7), "instead of"),
        ("cells", set_tensor("gammas", 0, -1e6), "gammas"),
        ("cells", set_tensor("support_0", (0, 0), -1.0), "support vectors"),
        ("cells", set_tensor("support_0", (0, 0), float("nan")), "not numbers"),
        ("cells", lambda t, m: m.update(system="lbp_top"), "cannot be built"),
    ],
)
def test_fault_46_a_file_that_contradicts_itself_is_refused(system, change, said, tmp_path):
    path = tmp_path / "m.safetensors"
    save(path, trained(system)[0], SYSTEMS[system][0])
    rewritten(path, change)
    with pytest.raises(CheckpointError) as caught:
        checkpoint.load(path)
    assert said in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("shape", "value", "said"),
    [
        ((1, 1, 32, 32), 0.0, "1 frame"),
        ((1, 6, 2, 32), 0.0, "use a larger clip"),
        ((1, 6, 32, 32), float("nan"), "NaN"),
    ],
)
def test_a_clip_that_is_too_small_or_not_finite_is_refused(shape, value, said):
    system = create(*SYSTEMS["linear"])
    with pytest.raises(InputError, match=said):
        system(torch.full(shape, value))


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"machine": {"kernel": "chi2", "whiten": 0.9}}, "'whiten' leaves no histograms"),
        ({"machine": {"kernel": "linear", "cells": [0.5]}}, "'cells' need"),
        ({"machine": {"kernel": "chi2", "cells": [0.1, 0.5]}}, "the largest first"),
        ({"machine": {"costs": []}}, "'costs'"),
        ({"descriptor": {"clip": {"frames": 0}}}, "'frames' of the clip is 0"),
        ({"descriptor": {"radius": 3}}, "unknown setting 'radius'"),
        ({"support": 0}, "'support' is 0"),
    ],
)
def test_settings_without_meaning_are_refused(settings, said):
    with pytest.raises(ConfigError) as caught:
        create("lbp_top", settings)
    assert said in str(caught.value)
