"""An event on a drawn face: the crop is noise with a lip corner moved, landmarks are the base mesh's."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from mer_ros.face import geometry
from mer_ros.face.au_templates import action_unit_templates
from mer_ros.types import ExpressionEvent, Kind


@pytest.fixture(scope="session", autouse=True)
def one_thread_for_explanation(one_thread):
    """See ``one_thread``."""


@pytest.fixture(scope="session")
def template():
    names, fields = action_unit_templates(geometry.CROP_SIZE)
    return lambda name: np.array(fields[names.index(name)])


@pytest.fixture
def make_event(landmarks, template):
    def make(unit: str = "AU12", amplitude_px: float = 2.0, kind: Kind = Kind.MICRO) -> ExpressionEvent:
        rng = np.random.default_rng(0)
        onset = cv2.GaussianBlur(rng.uniform(0, 255, (128, 128, 3)).astype(np.float32), (0, 0), 1.5)
        onset = np.clip((onset - 127) * 3 + 127, 0, 255).astype(np.uint8)
        u, v = template(unit) * amplitude_px
        x, y = np.meshgrid(np.arange(128, dtype=np.float32), np.arange(128, dtype=np.float32))
        apex = cv2.remap(onset, x - u, y - v, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        return ExpressionEvent(
            source="camera",
            frame_id="optical",
            event_id="7",
            face_id="1",
            kind=kind,
            onset_ns=1_000_000_000,
            apex_ns=1_100_000_000,
            offset_ns=1_240_000_000,
            intensity=0.03,
            signal_to_noise=6.0,
            roi_xywh=(10, 10, 150, 150),
            crop_from_image=np.eye(2, 3, dtype=np.float32),
            landmarks=landmarks,
            onset_frame_ns=1_000_000_000,
            apex_frame_ns=1_100_000_000,
            onset_face=onset,
            apex_face=apex,
        )

    return make
