"""A model of clips in the classifier and the explainer; it reads the clip of the event."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mer_ros.graph import topic_names
from mer_ros.nodes.base import convert
from mer_ros.types import EMOTIONS, ClipFrame


def moving(label: int, seed: int, frames: int = 8) -> np.ndarray:
    """(frames, 128, 128) uint8 grey in which one of seven strips slides."""
    rng = np.random.default_rng(seed)
    texture = rng.integers(0, 256, (128, 160), np.uint8)
    clip = np.stack([texture[:, :128]] * frames)
    rows = slice(18 * label, 18 * label + 18)
    for t, frame in enumerate(clip):
        frame[rows] = texture[rows, t : t + 128]
    return clip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A models folder with a small LBP-TOP, trained on the strips."""
    from mer_ros.recognition import checkpoint, create
    from mer_ros.recognition.checkpoint import ModelCard
    from mer_ros.recognition.sample import InputSpec
    from mer_ros.training.families.lbp_svm import features_of, fit

    spec, path = InputSpec("clip", 128), tmp_path_factory.mktemp("models")
    grid = {"rows": 7, "columns": 2}
    system = create("lbp_top", {"descriptor": {"radii": [1, 1, 1], "grid": grid, "clip": {"frames": 6}}})
    truth = np.arange(42) % 7
    features = features_of(system, spec, [moving(label, i) for i, label in enumerate(truth)])
    found = fit(system, features, truth, np.array([f"s{i // 7}" for i in range(42)]))
    card = ModelCard("lbp_top", EMOTIONS, spec, found.calibration)
    checkpoint.save(path / "lbp_top.safetensors", found.system, card)
    return path


@pytest.fixture
def event(make_event: Callable[..., Any]) -> Callable[..., Any]:
    """``event(event_id, label, frames)``: an event whose clip shows the sliding strip of the label."""

    def make(event_id: str, label: int, frames: int = 8) -> Any:
        crops = np.repeat(moving(label, 1000 + label, frames)[..., None], 3, axis=3)
        plain = make_event(event_id)
        clip = tuple(ClipFrame(crop, plain.onset_ns + 10_000_000 * t) for t, crop in enumerate(crops))
        return dataclasses.replace(plain, clip=clip)

    return make


def test_the_clip_of_an_event_gets_a_label_with_calibrated_probabilities(
    classifier: Any, event: Callable[..., Any]
) -> None:
    for label, frames in ((0, 8), (3, 4), (6, 32)):
        classifier._on_event(convert.to_event(event(f"e{label}", label, frames)))
        answer = classifier.sent[-1]
        assert answer.label == EMOTIONS[label] and answer.model.startswith("lbp_top@")
        assert sum(answer.probabilities) == pytest.approx(1, abs=1e-4)
        assert answer.confidence == pytest.approx(max(answer.probabilities)) and answer.confidence > 0.3
        assert np.isnan(answer.prototype_distance) and not len(answer.prototype_distances)


def test_fault_40_a_clip_that_is_too_short_gets_unknown_with_a_reason_and_the_next_one_a_label(
    classifier: Any, event: Callable[..., Any]
) -> None:
    classifier._on_event(convert.to_event(event("short", 2, 1)))
    classifier._on_event(convert.to_event(dataclasses.replace(event("none", 2), clip=())))
    classifier._on_event(convert.to_event(event("good", 2)))
    assert [answer.label for answer in classifier.sent] == ["unknown", "unknown", EMOTIONS[2]]
    assert "needs 4 frames or more, found 1" in classifier.sent[0].reason
    assert classifier.drops["event"] == 2 and classifier.state == "active"


def test_the_explanation_names_the_blocks_and_planes(
    classifier: Any, explainer: Any, event: Callable[..., Any]
) -> None:
    shown = event("why", 1)
    classifier._on_event(convert.to_event(shown))
    explainer._on_event(convert.to_event(shown))
    explainer._on_emotion(classifier.sent[0])
    (message,) = explainer.sent[topic_names.EXPLANATION]
    assert message.label == EMOTIONS[1] and message.model == classifier.sent[0].model
    for plane in ("XY", "XT", "YT"):
        assert plane in message.text
    assert "exact" in message.text
    heatmap = np.frombuffer(message.heatmap.data, np.float32).reshape(128, 128)
    assert heatmap[18:36].sum() > 0.6 * heatmap.sum() and heatmap.max() == 1
    assert len(explainer.sent[topic_names.OVERLAY]) == 1 and not explainer.sent[topic_names.PROTOTYPE]
