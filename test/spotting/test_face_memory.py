"""Faces that were lost, and by whom they are found again."""

from __future__ import annotations

import functools

import numpy as np
import pytest

from benchmarks.portraits import hang, portrait, wall
from mer_ros.face.appearance import TextureMeasures
from mer_ros.face.tracker import Track
from mer_ros.runtime import Counters
from mer_ros.spotting.config import WatcherConfig
from mer_ros.spotting.face_memory import FaceMemory
from mer_ros.spotting.rejection import REASONS
from mer_ros.spotting.tracked_face import TrackedFace
from mer_ros.types import Frame

S = 1_000_000_000
ANNE, BERT = 703, 706


@functools.cache
def shown(seed: int, x: int = 100, eyes_px: float = 60.0) -> tuple[np.ndarray, np.ndarray]:
    """A picture of one person, and the landmarks, (468, 3)."""
    image = wall(640, 320)
    flat = hang(image, portrait(eyes_px, "parametric", seed), x, 40)
    return image, np.column_stack([flat, np.zeros(len(flat))]).astype(np.float32)


def lost(covered: bool = False, seed: int = ANNE, n: int = 1) -> FaceMemory:
    """A memory of faces that were lost at 0 s."""
    memory = FaceMemory()
    image, landmarks = shown(seed)
    for k in range(n):
        track = Track(f"face_{k + 1}", landmarks, 0)
        frame = Frame(image, 0)
        face = TrackedFace(
            WatcherConfig(), frame, track, TextureMeasures.of(image, landmarks), "run", Counters(REASONS)
        )
        face.cover.reason = "covered: eyes" * covered
        memory.followed[track.id] = face
        memory.lose(track)
    return memory


def returned(memory: FaceMemory, seed: int, s: float, n_detections: int = 1, **place: float) -> str | None:
    image, landmarks = shown(seed, **place)
    memory.take_frame(Frame(image, round(s * S)), {})
    return memory.returned(Track("", landmarks, round(s * S), n_detections))


@pytest.mark.parametrize(
    ("covered", "s", "place", "id_"),
    [
        (False, 1.0, {}, "face_1"),
        (False, 4.9, {"x": 300}, "face_1"),
        (False, 1.0, {"x": 300, "eyes_px": 90.0}, "face_1"),
        (False, 5.1, {}, ""),
        (True, 29.0, {}, "face_1"),
        (True, 31.0, {}, ""),
    ],
    ids=["there", "elsewhere", "larger", "too_late", "covered", "covered_too_late"],
)
def test_fault_92_a_person_is_known_again_for_5_s_and_for_30_s_if_covered(covered, s, place, id_):
    assert returned(lost(covered), ANNE, s, **place) == id_


def test_fault_92_another_person_is_new_elsewhere_at_once_and_there_after_some_detections():
    assert returned(lost(), BERT, 1.0, x=300) == ""
    assert returned(lost(), BERT, 1.0) is None, "the lost one may be half hidden"
    assert returned(lost(), BERT, 1.0, n_detections=9) == ""


def test_behind_a_hand_the_place_decides():
    assert returned(lost(covered=True), BERT, 1.0) == "face_1"
    assert returned(lost(covered=True), BERT, 1.0, x=300) == ""


def test_a_face_is_taken_once_and_the_memory_is_bounded_and_forgets():
    memory = lost(n=10)
    assert memory.take("face_2") is None and memory.take("face_3") is not None
    assert memory.take("face_3") is None
    memory.clear()
    assert memory.take("face_4") is None


def test_unlikeness_is_above_1_for_another_person_only():
    memory = lost()
    memory.followed["face_1"] = memory.take("face_1")
    for seed, high in ((ANNE, False), (BERT, True)):
        image, landmarks = shown(seed)
        memory.take_frame(Frame(image, S), {})
        assert (memory.unlikeness("face_1", Track("", landmarks, S)) > 1) == high
    assert memory.unlikeness("nobody", Track("", landmarks, S)) == 0
