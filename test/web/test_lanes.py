"""Movements for the page: the largest since the last sample, at the rate that the page draws."""

from __future__ import annotations

import math

import pytest

from mer_ros.web.lanes import FaceMovement, MotionLanes

MS = 1_000_000


def test_the_first_frame_is_sent_and_the_next_after_50_ms_with_the_largest_movement() -> None:
    lanes = MotionLanes("front/face_tracker")
    first = lanes.add(10 * MS, "cam", [FaceMovement("face_1", 0.25, "")])
    assert first == {
        "kind": "movement",
        "camera": "front/face_tracker",
        "source": "cam",
        "time_s": pytest.approx(0.01),
        "faces": {"face_1": [0.25, ""]},
    }
    assert lanes.add(30 * MS, "cam", [FaceMovement("face_1", 0.5, "")]) is None
    second = lanes.add(60 * MS, "cam", [FaceMovement("face_1", 0.125, "turned"), FaceMovement("b", 0.0, "")])
    assert second is not None and second["faces"] == {"face_1": [0.5, "turned"], "b": [0.0, ""]}


def test_a_camera_without_faces_has_samples_too() -> None:
    found = MotionLanes("a").add(0, "cam", [])
    assert found is not None and found["faces"] == {}


def test_stamps_that_jump_back_do_not_stop_the_samples() -> None:
    lanes = MotionLanes("a")
    lanes.add(10**12, "cam", [])
    assert lanes.add(0, "cam", []) is not None


@pytest.mark.parametrize("motion", [math.nan, math.inf])
def test_a_movement_that_json_does_not_have_counts_as_none(motion: float) -> None:
    found = MotionLanes("a").add(0, "cam", [FaceMovement("face_1", motion, "")])
    assert found is not None and found["faces"] == {"face_1": [0.0, ""]}


def test_the_faces_of_some_frames_of_a_fast_camera_are_read() -> None:
    lanes = MotionLanes("a")
    read = []
    for stamp in range(0, 1000 * MS, 5 * MS):  # 200 Hz
        if lanes.wants(stamp):
            read.append(stamp)
            lanes.add(stamp, "cam", [])
    assert len(read) == 67
    assert lanes.wants(0), "stamps that jump back"
