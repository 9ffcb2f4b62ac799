from __future__ import annotations

import re

import numpy as np
import pytest

from mer_ros.analysis import LANE_ROWS, Analysis, MotionLane
from mer_ros.analysis.motion_lanes import ANY_REGION
from mer_ros.reports.html import Folded
from mer_ros.reports.timeline_section import OPEN_LANES, timeline_blocks


def analysis(n_faces, rows=LANE_ROWS, **changes):
    """Ten seconds; the first faces are seen all the time, those after the eighth for 3 s from 4 s on."""
    return Analysis("a", (), 100.0, (640, 480), 100, 10.0, lanes=tuple(lanes(n_faces, rows)), **changes)


def lanes(n_faces, rows):
    for number in range(n_faces):
        start_s, n = (0.0, 500) if number < OPEN_LANES else (4.0, 150)
        motion = np.zeros((n, len(rows)), np.float32)
        yield MotionLane(f"face_{number + 1}", start_s, 0.02, motion, np.ones(n, bool), n, {}, 60.0, rows)


def html(blocks):
    return "".join(block.html() for block in blocks)


@pytest.mark.parametrize(("n_faces", "folded"), [(1, 0), (9, 1), (10, 2)])
def test_every_recorded_face_is_drawn_and_those_after_the_eighth_are_folded(n_faces, folded):
    blocks = timeline_blocks(analysis(n_faces), ())
    captions = re.findall(r"<figcaption>(\w+), ([\d.]+ to [\d.]+ s)", html(blocks))
    assert captions == [
        (f"face_{n}", "0.0 to 10.0 s" if n <= OPEN_LANES else "4.0 to 7.0 s") for n in range(1, n_faces + 1)
    ]
    details = [block for block in blocks if isinstance(block, Folded)]
    assert sum(len(block.blocks) for block in details) == folded
    assert [block.summary for block in details] == [
        f"Timelines of {folded} other face{'s' * (folded > 1)}, seen more briefly"
    ] * bool(folded)


def test_without_a_face_there_is_no_section():
    assert timeline_blocks(analysis(0), ()) == []


def test_faces_that_were_not_recorded_are_counted():
    assert "Movement was kept of the first 2 faces; 5 faces came later." in html(
        timeline_blocks(analysis(2, faces_left_out=5), ())
    )


def test_a_timeline_of_one_row_speaks_of_no_other_rows():
    assert "left and right are the person" in html(timeline_blocks(analysis(1), ()))
    words = html(timeline_blocks(analysis(1, ANY_REGION, rejected=None), ()))
    assert "The row shows the region of the face that moves most" in words and "hatched" not in words
    assert "Rows are regions" not in words and "left and right are the person" not in words
