"""The annotated picture."""

from __future__ import annotations

import numpy as np

from mer_ros.types import Face, Kind
from mer_ros.visualisation.annotation import Annotator

S = 1_000_000_000


def face(id_: str = "f1", motion: float = 0.02, quality: str = "") -> Face:
    return Face(id_, (100, 80, 120, 150), 0.9, np.zeros((468, 3), np.float32), 0, 0, 0, 80.0, motion, quality)


def test_drawing_leaves_the_picture_it_was_given_alone() -> None:
    image = np.zeros((480, 640, 3), np.uint8)
    drawn = Annotator(0.0065).draw(image, S, [face()])
    assert image.max() == 0 and drawn.max() > 0 and drawn.shape == image.shape


def test_no_face_no_ink() -> None:
    image = np.full((48, 64, 3), 7, np.uint8)
    assert np.array_equal(Annotator(0.0065).draw(image, S, []), image)


def test_a_label_shows_for_some_seconds_only() -> None:
    image, annotator = np.zeros((480, 640, 3), np.uint8), Annotator(0.0065)
    plain = annotator.draw(image, 10 * S, [face()])
    annotator.label("f1", 10 * S, Kind.MICRO, "surprise", 0.8)
    assert not np.array_equal(annotator.draw(image, 11 * S, [face()]), plain)
    assert np.array_equal(annotator.draw(image, 20 * S, [face()]), plain)


def test_the_trace_follows_motion() -> None:
    image, annotator = np.zeros((480, 640, 3), np.uint8), Annotator(0.0065)
    for i in range(100):
        annotator.observe(S + i * S // 100, [face(motion=0.01 * (i > 50))])
    assert not np.array_equal(
        annotator.draw(image, 2 * S, [face()]), Annotator(0.0065).draw(image, 2 * S, [face()])
    )


def test_fault_39_a_thousand_faces_leave_a_bounded_memory() -> None:
    annotator = Annotator(0.0065)
    for i in range(1000):
        annotator.observe(i, [face(f"f{i}")])
        annotator.label(f"f{i}", i, Kind.MICRO, "anger", 0.5)
    assert len(annotator._traces) <= 16 and len(annotator._labels) <= 16


def test_who_is_seen_all_the_time_keeps_trace_and_label_while_others_come_and_go() -> None:
    annotator = Annotator(0.0065)
    for i in range(100):
        annotator.observe(i, [face("stays"), face(f"f{i}")])
        annotator.label("stays", i, Kind.MICRO, "anger", 0.5)
        annotator.label(f"f{i}", i, Kind.MICRO, "anger", 0.5)
    assert len(annotator._traces["stays"]) == 100 and annotator._labels["stays"][0] == 99


def test_fault_36_a_box_beyond_the_edge_does_not_break_the_drawing() -> None:
    image = np.zeros((100, 110, 3), np.uint8)
    assert Annotator(0.0065).draw(image, S, [face(quality="too close")]).shape == image.shape
