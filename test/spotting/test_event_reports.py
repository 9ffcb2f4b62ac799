"""Events of one face from what its spotter reports."""

from __future__ import annotations

import numpy as np

from mer_ros.spotting.crop_history import Crop
from mer_ros.spotting.event_reports import EventReports
from mer_ros.spotting.spotted import Spotted
from mer_ros.types import Frame

MS = 1_000_000
LANDMARKS = np.zeros((468, 3), np.float32)
UNMOVED = np.eye(2, 3, dtype=np.float32)


def reports() -> EventReports:
    made = EventReports("run", "face_3", Frame(np.zeros((4, 4, 3), np.uint8), 0, "optical", "/camera"))
    for ms in range(0, 1000, 20):
        crop = np.full((128, 128, 3), ms // 4, np.uint8)
        made.crops.add(Crop(ms * MS, crop, UNMOVED, UNMOVED, (0, 0, 9, 9)))
    return made


def spotted(number: int = 1, end_ms: int = 500, provisional: bool = False) -> Spotted:
    return Spotted(number, 200 * MS, 300 * MS, end_ms * MS, 0.01, 9.0, provisional=provisional)


def test_an_event_has_the_id_of_its_face_and_the_crops_of_its_times():
    (event,) = reports().of([spotted()], LANDMARKS, -1)
    assert event.event_id == "run-face_3-1" and event.face_id == "face_3"
    assert event.apex_face[0, 0, 0] == 75 and event.is_final


def test_an_event_that_began_while_the_face_could_not_be_judged_is_none():
    assert reports().of([spotted()], LANDMARKS, 200 * MS) == []


def test_a_provisional_event_is_decided_once():
    made = reports()
    (first,) = made.of([spotted(provisional=True)], LANDMARKS, -1)
    (final,) = made.of([spotted()], LANDMARKS, -1)
    assert first.provisional and final.is_final and final.event_id == first.event_id
    assert made.of([spotted(end_ms=520)], LANDMARKS, 250 * MS) == [], "nothing is left to decide"


def test_fault_92_what_was_not_over_before_a_cut_is_dropped_or_withdrawn():
    made = reports()
    made.of([spotted(2, provisional=True)], LANDMARKS, -1)
    over = made.over_at([spotted(1, 400), spotted(2, 500), spotted(3, 600)], 450 * MS)
    assert [(one.number, one.withdrawn) for one in over] == [(1, False), (2, True)]
