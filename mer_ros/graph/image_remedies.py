"""What to do about camera frames lost in transport: the clauses of the tracker and of ``mer doctor``."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from mer_ros.graph.catalogue import NODES
from mer_ros.graph.transport_profile import PROFILE_VARIABLES

ONE_BYTE = frozenset(
    (
        *("mono8", "8UC1", "bayer_rggb8", "bayer_bggr8", "bayer_gbrg8", "bayer_grbg8"),
        *("nv12", "nv21", "i420"),
    )
)
"""Encodings with one byte per pixel, of the luma plane: those of ``stream.image_checks.PIXEL_BYTES``."""

IN_TRACKER = "let the tracker open the camera (arguments camera and direct)"
RELIABLE = "set the parameter reliability of the tracker to reliable"

_OWN_CAMERAS = frozenset(entry.name for entry in NODES.values() if entry.is_camera)


def is_own_camera(node: str) -> bool:
    """Whether a name, with or without namespace, is that of the camera node of this package."""
    return node.rpartition("/")[2] in _OWN_CAMERAS


def load_profile(names: Sequence[str], profile: str) -> str:
    """Clause: start these processes with a transport profile. profile: its path."""
    return f"start {_listed(names)} with {profile} ({PROFILE_VARIABLES[0]})"


def smaller_images(publishers: Collection[str], encoding: str, compressed: bool) -> list[str]:
    """Clauses that make the images of a camera smaller or fewer, without what it does already.

    publishers: names of its nodes. encoding: of its images, empty if unknown. The camera node of this package
    publishes bgr8 only.
    """
    if publishers and all(map(is_own_camera, publishers)):
        return [IN_TRACKER, "lower its frame rate (fps, or rate of a recording)"]
    if compressed:
        return ["lower the frame rate or the size of the images"]
    return ["send compressed images" if encoding in ONE_BYTE else "send compressed or mono8 images"]


def either(ways: Sequence[str]) -> str:
    """Clauses with commas, and "or" before the last."""
    return ", or ".join(filter(None, [", ".join(ways[:-1]), *ways[-1:]]))


def _listed(names: Sequence[str]) -> str:
    """Names with commas, and "and" before the last."""
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
