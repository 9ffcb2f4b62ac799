"""Faces as they come: in the middle of an expression, right before one, beside a smaller one, on a screen."""

import cv2
import numpy as np
import pytest

from benchmarks.portraits import hang, portrait
from mer_ros.data.synthetic import synthetic_clip
from mer_ros.spotting import FaceWatcher
from mer_ros.types import Frame

START_NS = 1_700_000_000_000_000_000
FPS = 60


@pytest.fixture(scope="module")
def person():
    """A clip of one person, whose frames are rendered on request."""
    return synthetic_clip(3, fps=FPS)


def watched(frames):
    """Observations of pictures at 60 frames a second, and the flushed events."""
    watcher = FaceWatcher()
    seen = [watcher.process(Frame(one, START_NS + i * 10**9 // FPS)) for i, one in enumerate(frames)]
    events = [event for one in seen for event in one.events] + watcher.flush()
    watcher.close()
    return seen, [event for event in events if event.is_final]


def spans(events, first=0):
    """Onset and offset, s of the clip whose frame ``first`` was the first one."""
    return [
        tuple((t - START_NS) * 1e-9 + first / FPS for t in (event.onset_ns, event.offset_ns))
        for event in events
    ]


def overlaps(span, true):
    return span[0] < true.offset_s and span[1] > true.onset_s


def test_an_expression_that_begins_soon_after_the_first_frame_is_spotted(person):
    true = person.truth[0]
    first = int((true.onset_s - 0.4) * FPS)
    seen, events = watched(person.render(i) for i in range(first, int((true.offset_s + 0.6) * FPS)))
    assert len(seen[0].faces) == 1, "the face is there from the first frame on"
    assert [overlaps(span, true) for span in spans(events, first)] == [True]


def test_a_face_that_enters_in_the_middle_of_an_expression_is_judged_from_the_next_one_on(person):
    entered, following = person.truth[:2]
    first = int(entered.apex_s * FPS)
    seen, events = watched(person.render(i) for i in range(first, int((following.offset_s + 0.6) * FPS)))
    assert {face.quality for one in seen[FPS:] for face in one.faces} == {""}
    assert [overlaps(span, following) for span in spans(events, first)] == [True]


def test_the_expression_of_a_large_face_is_spotted_beside_one_of_less_than_half_its_size(person):
    true = person.truth[0]
    wall = np.full((480, 900, 3), 120, np.uint8)
    hang(wall, portrait(42.0, "parametric"), 680, 160)

    def both(i):
        image = wall.copy()
        image[:, :640] = person.render(i)
        return image

    seen, events = watched(both(i) for i in range(int((true.offset_s + 0.6) * FPS)))
    last = seen[-1].faces
    assert [face.quality for face in last] == ["", ""]
    widths = [float(np.ptp(face.landmarks[:, 0])) for face in last]
    assert widths[0] > 2 * widths[1]
    assert [event.face_id for event in events] == [last[0].id]
    assert [overlaps(span, true) for span in spans(events)] == [True]


def test_a_still_face_on_a_screen_is_a_face_without_events_and_disturbs_nobody(person):
    true = person.truth[0]
    screen = cv2.resize(synthetic_clip(5, fps=FPS).render(0)[100:400, 170:470], (220, 220))

    def before_a_screen(i):
        image = np.full((480, 900, 3), 30, np.uint8)
        image[120:340, 660:880] = screen
        image[:, :640] = person.render(i)
        return image

    seen, events = watched(before_a_screen(i) for i in range(int((true.offset_s + 0.6) * FPS)))
    assert len(seen[-1].faces) == 2
    assert {event.face_id for event in events} == {seen[-1].faces[0].id}
    assert [overlaps(span, true) for span in spans(events)] == [True]
