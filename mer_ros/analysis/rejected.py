"""Movements that stood out and were rejected, with the reason in words."""

from __future__ import annotations

from dataclasses import dataclass

from mer_ros.spotting.spotted import Spotted
from mer_ros.types import ExpressionEvent

REASON_WORDS: dict[str, str] = {
    "return": "the face returned from an expression that had stayed",
    "no_muscle": "no combination of action units explains it",
    "speech": "the mouth was speaking",
    "blink": "part of a blink",
    "head": "the head turned",
    "moved_before": "the same region was already moving",
    "moved_after": "the same region went on moving",
    "blurred": "the sharpness of the image changed",
    "key_frame": "an artefact of video compression",
    "late": "it was decided too late",
}
"""Why a movement is no expression, for each of ``spotting.rejection.REASONS``."""


@dataclass(frozen=True)
class RejectedMovement:
    """A movement that stood out and is no expression.

    onset_s, apex_s, offset_s: stream time. intensity: interocular distances. signal_to_noise: multiple of the
    standard deviation of chance movements. reason: one of ``spotting.rejection.REASONS``.
    """

    face_id: str
    onset_s: float
    apex_s: float
    offset_s: float
    intensity: float
    signal_to_noise: float
    reason: str

    @classmethod
    def of(cls, face_id: str, spotted: Spotted | ExpressionEvent, reason: str) -> RejectedMovement:
        """From what a spotter rejected, or from an event that was withdrawn."""
        return cls(
            face_id,
            spotted.onset_ns * 1e-9,
            spotted.apex_ns * 1e-9,
            spotted.offset_ns * 1e-9,
            spotted.intensity,
            spotted.signal_to_noise,
            reason,
        )
