"""The kinds of recordings. To add one, add a file with its ``RecordingKind``, and a line here."""

from __future__ import annotations

from mer_ros.analysis.recording_kind import RecordingKind
from mer_ros.catalogue import Catalogue

RECORDING_KINDS: Catalogue[RecordingKind] = Catalogue(
    "kind of recording",
    {
        "published": "mer_ros.analysis.published:KIND",
        "images": "mer_ros.analysis.image_recording:KIND",
    },
)
"""Name to ``RecordingKind``. A recording is of the first kind that ``matches`` it; images match all."""


def kind_of(spec: str) -> RecordingKind:
    """The kind of the recording that a text specifies; ConfigError if it cannot be read."""
    return next(kind for _, kind in RECORDING_KINDS if kind.matches(spec))
