"""Movements that stood out and were rejected, with the reason in words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mer_ros.spotting.spotted import Spotted
from mer_ros.types import ExpressionEvent

REASON_WORDS: dict[str, str] = {
    "return": "the face returned from an expression that had stayed, which is the end of that one",
    "no_muscle": "no combination of action units explains it, so muscles hardly caused it",
    "speech": "the mouth was speaking, and forms syllables with the muscles of expressions",
    "blink": "part of a blink, which moves the lids and what is around them",
    "head": "the head turned, which shifts the features of the face in the image",
    "moved_before": "the same region was already moving in the 0.3 s before, so it did not start from rest",
    "moved_after": "the same region went on moving after it, so it did not end at rest",
    "blurred": "the sharpness of the image changed, as by autofocus, which looks like movement",
    "key_frame": "an artefact of video compression: the image became sharper in one frame, and jumped",
    "late": "it was noticed more than 0.3 s after its end, because other movement went on",
}
"""Why a movement is no expression, and what that means, for each of ``spotting.rejection.REASONS``; times
are those of the default ``SpotterConfig``.
"""


def short_reason(reason: str) -> str:
    """The words of a reason without what it means.

    >>> short_reason("blink"), short_reason("key_frame")
    ('part of a blink', 'an artefact of video compression')
    """
    return re.split("[,:] ", REASON_WORDS[reason])[0]


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
