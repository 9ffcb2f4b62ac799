"""A model of key frames in the classifier and the explainer; it reads the clip of the event."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from mer_ros.graph import topic_names
from mer_ros.nodes.base import convert
from mer_ros.types import EMOTIONS, ClipFrame, ExpressionEvent

PLACES = ((64, 40), (45, 50), (83, 50), (64, 65), (45, 85), (83, 85), (64, 100))
"""Where the face moves for each of the seven labels, crop pixels."""


@pytest.fixture(scope="module")
def landmarks() -> np.ndarray:
    from mer_ros.face import canonical_mesh, geometry

    mesh = canonical_mesh.load().canonical.astype(np.float32)
    flat = geometry.apply(geometry.crop_from_image(mesh), mesh)
    return np.hstack([flat, mesh[:, 2:] * geometry.CROP_INTEROCULAR_PX]).astype(np.float32)


@pytest.fixture(scope="module")
def moving(make_event: Callable[..., Any], landmarks: np.ndarray) -> Callable[..., ExpressionEvent]:
    """An event in which the skin at the place of the label moves right and back."""

    def make(event_id: str, label: int, seed: int = 0, frames: int = 9) -> ExpressionEvent:
        rng = np.random.default_rng(seed)
        onset = cv2.GaussianBlur(rng.uniform(0, 255, (128, 128, 3)).astype(np.float32), (0, 0), 1.5)
        onset = np.clip((onset - 127) * 3 + 127, 0, 255).astype(np.uint8)
        x, y = np.meshgrid(np.arange(128, dtype=np.float32), np.arange(128, dtype=np.float32))
        (cx, cy), plain = PLACES[label], make_event(event_id)
        part = 2.5 * np.exp(-(((x - cx) / 12) ** 2 + ((y - cy) / 12) ** 2)).astype(np.float32)
        clip = []
        for stamp in np.linspace(plain.onset_ns, plain.offset_ns, frames).astype(np.int64):
            times = [plain.onset_ns, plain.apex_ns, plain.offset_ns]
            level = np.float32(np.interp(float(stamp), times, [0, 1, 0]))
            seen = cv2.remap(onset, x - level * part, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
            clip.append(ClipFrame(seen, int(stamp)))
        apex = cv2.remap(onset, x - part, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        return dataclasses.replace(
            plain, onset_face=onset, apex_face=apex, landmarks=landmarks, clip=tuple(clip)
        )

    return make


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, moving: Callable[..., ExpressionEvent]) -> Path:
    """A models folder with a small untrained ME-PLAN whose support set is the seven movements."""
    import torch

    from mer_ros.recognition import checkpoint, create
    from mer_ros.recognition.checkpoint import Calibration, ModelCard
    from mer_ros.recognition.sample import InputSpec, sample_of

    torch.manual_seed(0)
    spec, path = InputSpec("sequence", 28), tmp_path_factory.mktemp("models")
    system = create("me_plan", {"backbone": {"widths": [16, 16, 32, 32]}}).eval()
    labels = torch.arange(21) % 7
    events = [moving("", int(label), seed=10 + i) for i, label in enumerate(labels)]
    data = torch.from_numpy(np.stack([sample_of(event, spec).data for event in events]))
    with torch.no_grad():
        system.set_prototypes(system.encode(data), labels)
    card = ModelCard("me_plan", EMOTIONS, spec, Calibration(temperature=0.05, rejection_distance=1e6))
    checkpoint.save(path / "me_plan.safetensors", system, card)
    return path


def test_the_movement_of_an_event_gets_a_label_with_distances(
    classifier: Any, moving: Callable[..., ExpressionEvent]
) -> None:
    for label, frames in ((0, 9), (2, 5), (5, 32), (6, 9)):
        classifier._on_event(convert.to_event(moving(f"e{label}", label, frames=frames)))
        answer = classifier.sent[-1]
        assert answer.label == EMOTIONS[label] and answer.model.startswith("me_plan@")
        assert sum(answer.probabilities) == pytest.approx(1, abs=1e-4)
        assert len(answer.prototype_distances) == 7
        assert answer.prototype_distance == pytest.approx(min(answer.prototype_distances))
        assert answer.rejection_distance == pytest.approx(1e6)


def test_an_event_with_too_few_frames_gets_unknown_and_the_next_one_a_label(
    classifier: Any, moving: Callable[..., ExpressionEvent]
) -> None:
    classifier._on_event(convert.to_event(moving("short", 2, frames=2)))
    classifier._on_event(convert.to_event(moving("good", 2)))
    assert [answer.label for answer in classifier.sent] == ["unknown", EMOTIONS[2]]
    assert "needs 4 frames or more, found 2" in classifier.sent[0].reason
    assert classifier.drops["event"] == 1 and classifier.state == "active"


def test_the_explanation_states_place_and_time(
    classifier: Any, explainer: Any, moving: Callable[..., ExpressionEvent]
) -> None:
    shown = moving("why", 4)
    classifier._on_event(convert.to_event(shown))
    explainer._on_event(convert.to_event(shown))
    explainer._on_emotion(classifier.sent[0])
    (message,) = explainer.sent[topic_names.EXPLANATION]
    assert message.label == EMOTIONS[4] and message.model == classifier.sent[0].model
    assert "Evidence over time: rise" in message.text
    heatmap = np.frombuffer(message.heatmap.data, np.float32).reshape(128, 128)
    assert heatmap.max() == 1 and message.inside_face > 1
    assert len(explainer.sent[topic_names.OVERLAY]) == 1 and not explainer.sent[topic_names.PROTOTYPE]
