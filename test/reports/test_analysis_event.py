from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mer_ros.reports.analysis_event import anchor_of, event_blocks, map_words, short_label
from mer_ros.reports.html import Folded, Heading, Row, Table, Text

UNITS = "Action units on the person's right and left: probability, movement in pixels of the crop"


@pytest.fixture
def event(analysed):
    return analysed[0].events[0]


def tables(blocks):
    return {block.caption.partition(";")[0]: block for block in blocks[-1].blocks}


def test_the_heading_names_time_face_and_label(event):
    heading = event_blocks(3, event)[0]
    assert isinstance(heading, Heading) and heading.anchor == anchor_of(3) == "event-3"
    assert heading.text == f"3. {event.apex_s:.2f} s, face_1: {short_label(event.answers[0])}"


def test_every_number_of_pixels_names_its_image(event):
    blocks = event_blocks(1, event)
    assert any("in pixels of the 128 px crop: " in block.text for block in blocks if isinstance(block, Text))
    measures = dict(tables(blocks)["Measured"].rows)
    assert measures["largest movement"].startswith(f"{event.peak_px:.2f} px of the recording (")


def test_probable_units_come_first_and_are_marked(event):
    table = tables(event_blocks(1, event))[UNITS]
    shares = [int(row[1].rstrip("%")) for row in table.rows]
    assert shares == sorted(shares, reverse=True) and shares[0] <= 99 and min(shares) >= 10
    marked = [event.unit_px[event.units.index(table.rows[i][0].split()[0])] for i in table.styles]
    named = [px for i, px in zip(table.styles, marked, strict=True) if i == 0 or shares[i] > 70]
    assert named and all(px.max() > 0.2 for px in named)  # a second unit is named above 70 %
    assert set(table.styles) == {i for i, share in enumerate(shares) if share > 50}


def test_a_movement_below_a_tenth_of_a_pixel_is_not_zero(event):
    pixels = np.full((len(event.units), 2), [0.02, 0.34], np.float32)
    rows = tables(event_blocks(1, replace(event, unit_px=pixels)))[UNITS].rows
    assert {tuple(row[4:]) for row in rows} == {("under 0.1", "0.3")}


def test_labels_of_both_models_are_side_by_side(event):
    table = tables(event_blocks(1, event))["Labels"]
    first, second = (answer.prediction for answer in event.answers)
    assert table.header[1] == "linear_prototype, probability" and "prototype, probability" in table.header
    assert table.rows[0][0] == first.best_label and len(table.rows) == len(first.labels)
    at = table.header.index("prototype, probability")
    by_label = {row[0]: row[at] for row in table.rows}
    assert by_label[second.best_label] == f"{second.confidence:.0%}"
    assert f"{first.rejection_distance:.1f}" in table.caption


def test_an_unknown_event_names_the_closest_label(event):
    said = replace(event.answers[0].prediction, label="unknown", reason="no label is likely enough")
    words = short_label(replace(event.answers[0], prediction=said))
    assert words == f"unknown (closest: {said.best_label} {said.confidence:.0%})"
    unclassified = replace(said, confidence=0.0, reason="the clip is too short")
    assert short_label(replace(event.answers[0], prediction=unclassified)) == "unknown"


def test_units_that_are_not_known_have_no_table(event):
    answer = replace(event.answers[0], map=None, text="The recording contains no explanation of this event.")
    unknown = replace(
        event, answers=(answer,), units=(), unit_probability=None, unit_right=None, unit_left=None
    )
    assert [*tables(event_blocks(1, unknown))] == ["Measured", "Labels"]
    unlabelled = replace(event, answers=(), failure="The recording contains no label of this event.")
    blocks = event_blocks(1, unlabelled)
    assert len(tables(blocks)) == 2 and "Labels" not in tables(blocks)
    assert blocks[0].text.endswith("face_1: not labelled") and blocks[1].text == unlabelled.failure


def test_a_unit_of_another_version_is_listed_by_its_name(event):
    foreign = replace(event, units=("AU99", *event.units[1:]))
    everything = replace(foreign, unit_probability=np.ones_like(event.unit_probability))
    (table,) = (t for name, t in tables(event_blocks(1, everything)).items() if name.startswith("Action"))
    assert table.rows[0][0] == "AU99"


def test_an_event_that_could_not_be_labelled_says_why(event):
    bare = replace(event.without_images(), answers=(), failure="Its crops are empty: send others.", units=())
    html = "".join(str(block.html()) for block in event_blocks(1, replace(bare, unit_probability=None)))
    assert "not labelled" in html and "Its crops are empty: send others." in html
    assert "left out" not in html


def test_the_words_of_a_map(event):
    answer = replace(
        event.answers[0],
        regions=("a", "b", "c", "d"),
        relevance=np.float32([0.1, 0.6, 0, 0.3]),
        inside_face=1.5,
    )
    answer = replace(answer, inside_face_ceiling=2.04, map_warning="unstable")
    assert map_words(answer) == (
        "60% on the b, 30% on the d, 10% on the a; 1.5 times as much on the face as a uniform map, "
        "of at most 2.0; unstable"
    )
    assert map_words(replace(answer, relevance=np.zeros(4, np.float32))) == "empty"


def test_the_loop_is_folded(event):
    (folded,) = (block for block in event_blocks(1, event) if isinstance(block, Folded))
    assert "times slower, movement magnified" in folded.summary
    assert isinstance(event_blocks(1, event)[-1], Row) and isinstance(
        event_blocks(1, event)[-1].blocks[0], Table
    )
