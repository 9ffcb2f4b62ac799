"""The detector of a lost face is taken up by the face that is found at its place."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.face.cover_memory import CoverMemory
from mer_ros.face.covering import CoverDetector
from mer_ros.face.tracker import Track

S = 1_000_000_000


def track(x: float = 100.0, size: float = 80.0, seen_s: float = 0.0) -> Track:
    """A face whose landmarks fill a square."""
    corners = np.float32([[0, 0, 0], [1, 1, 0]]) * size + np.float32([x, 100, 0])
    return Track("", corners, round(seen_s * S))


def lost(x: float = 100.0, covered: bool = True) -> tuple[CoverMemory, CoverDetector]:
    memory, detector = CoverMemory(), CoverDetector()
    detector.reason = "covered: eyes" * covered
    memory.keep(track(x), detector)
    return memory, detector


@pytest.mark.parametrize(
    ("found", "covered", "same"),
    [
        (track(), True, True),
        (track(x=140, seen_s=29.0), True, True),
        (track(seen_s=31.0), True, False),
        (track(x=160), True, False),
        (track(size=140), True, False),
        (track(seen_s=2.0), False, True),
        (track(seen_s=4.0), False, False),
    ],
    ids=["there", "near_and_later", "too_late", "elsewhere", "larger", "clear", "clear_too_late"],
)
def test_a_face_at_the_place_of_a_lost_one_has_its_detector(found, covered, same):
    memory, detector = lost(covered=covered)
    assert (memory.take(found) is detector) == same


def test_a_detector_is_taken_once_and_the_nearest_first():
    memory, near = lost(110.0)
    far = CoverDetector()
    far.reason = near.reason
    memory.keep(track(130.0), far)
    assert memory.take(track()) is near and memory.take(track()) is far
    assert memory.take(track()) not in (near, far)


def test_a_cleared_memory_is_empty():
    memory, detector = lost()
    memory.clear()
    assert memory.take(track()) is not detector


def test_the_memory_is_bounded():
    memory, first = lost()
    for k in range(8):
        memory.keep(track(1000.0 + 200 * k), CoverDetector())
    assert memory.take(track()) is not first
