"""The annotated image."""

from __future__ import annotations

import numpy as np

from mer_ros.types import Face, Kind
from mer_ros.visualisation.annotation import Annotator

S = 1_000_000_000


def face(id_: str = "f1", motion: float = 0.02, quality: str = "") -> Face:
    return Face(id_, (100, 80, 120, 150), 0.9, np.zeros((468, 3), np.float32), 0, 0, 0, 80.0, motion, quality)


def test_drawing_does_not_change_its_input() -> None:
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


def test_a_movement_between_two_points_of_the_trace_is_drawn_in_full() -> None:
    image = np.zeros((480, 640, 3), np.uint8)
    brief, steady = Annotator(0.0065), Annotator(0.0065)
    for i in range(1000):
        stamp = S + i * S // 200
        brief.observe(stamp, [face(motion=0.02 * (i == 500))])  # one frame of 5 ms
        steady.observe(stamp, [face(motion=0.0)])
    drawn, flat = (annotator.draw(image, 6 * S, [face()]) for annotator in (brief, steady))
    rows = np.flatnonzero((drawn != flat).any(axis=(1, 2)))
    assert len(rows) > 20, "the peak is tall"
    assert len(brief._traces["f1"]) == 250


def test_fault_39_only_the_last_16_of_a_thousand_faces_are_kept() -> None:
    image = np.zeros((480, 640, 3), np.uint8)
    traces, labels, plain = (Annotator(0.0065) for _ in range(3))
    for i in range(1000):
        for k in (0, 1):
            traces.observe(S + k * S // 10, [face(f"f{i}", motion=0.02 * k)])
        labels.label(f"f{i}", S, Kind.MICRO, "anger", 0.5)
    for annotator in (traces, labels):
        kept = [
            i
            for i in (*range(0, 980, 49), *range(980, 1000))
            if not np.array_equal(
                annotator.draw(image, 2 * S, [face(f"f{i}")]), plain.draw(image, 2 * S, [face(f"f{i}")])
            )
        ]
        assert kept == list(range(984, 1000))


def test_a_face_that_stays_keeps_trace_and_label_while_others_come_and_go() -> None:
    image = np.zeros((480, 640, 3), np.uint8)
    busy, alone = Annotator(0.0065), Annotator(0.0065)
    for i in range(100):
        now, stays = S + i * S // 100, face("stays", motion=0.0003 * i)
        busy.observe(now, [stays, face(f"f{i}")])
        alone.observe(now, [stays])
        busy.label(f"f{i}", now, Kind.MICRO, "anger", 0.5)
        for annotator in (busy, alone):
            annotator.label("stays", now, Kind.MACRO, "fear", i / 100)
    drawn = [annotator.draw(image, 2 * S, [face("stays")]) for annotator in (busy, alone, Annotator(0.0065))]
    np.testing.assert_array_equal(drawn[0], drawn[1])
    assert not np.array_equal(drawn[0], drawn[2])


def test_fault_36_a_box_beyond_the_edge_does_not_break_the_drawing() -> None:
    image = np.zeros((100, 110, 3), np.uint8)
    assert Annotator(0.0065).draw(image, S, [face(quality="too close")]).shape == image.shape
