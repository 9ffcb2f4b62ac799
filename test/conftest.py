"""What tests of several parts work on: small models and an event."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def models_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two small untrained models, "one" and "two", and files that are none."""
    from mer_ros import compat  # noqa: F401
    from mer_ros.recognition import create
    from mer_ros.recognition.checkpoint import Card, save
    from mer_ros.types import EMOTIONS

    folder = tmp_path_factory.mktemp("models")
    for name in ("one", "two"):
        save(folder / f"{name}.safetensors", create("prototype", {}), Card("prototype", EMOTIONS))
    (folder / "pointer.safetensors").write_text("version https://git-lfs.github.com/spec/v1\n")
    return folder


@pytest.fixture(scope="session")
def make_event() -> Callable[..., Any]:
    """A spotted event whose crops are drawn at random, but alike from run to run."""
    import numpy as np

    from mer_ros.types import ClipFrame, ExpressionEvent, Kind

    mesh = np.random.default_rng(7).uniform(20, 108, (468, 3)).astype(np.float32)
    faces = np.random.default_rng(8).integers(0, 256, (2, 128, 128, 3), np.uint8)

    def make(event_id: str = "e1", source: str = "/camera") -> ExpressionEvent:
        start = 1_700_000_000_000_000_000
        return ExpressionEvent(
            source=source,
            frame_id="camera_optical_frame",
            event_id=event_id,
            face_id="f1",
            kind=Kind.MICRO,
            onset_ns=start,
            apex_ns=start + 80_000_000,
            offset_ns=start + 200_000_000,
            intensity=0.02,
            signal_to_noise=9.5,
            roi_xywh=(10, 20, 150, 160),
            crop_from_image=np.array([[0.8, 0, 3], [0, 0.8, 4]], np.float32),
            landmarks=mesh,
            onset_frame_ns=start + 1_000_000,
            apex_frame_ns=start + 82_000_000,
            onset_face=faces[0],
            apex_face=faces[1],
            clip=(ClipFrame(faces[0], start), ClipFrame(faces[1], start + 80_000_000)),
        )

    return make
