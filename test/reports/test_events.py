"""Rows and JSON of received answers."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest

from mer_ros.graph.received_emotion import ReceivedEmotion
from mer_ros.reports.events import EVENT_HEADER, event_json, event_row

ANSWER = ReceivedEmotion(
    2.35, "face_1", "micro", "happiness", 0.834, 3.14, 9.0, 2.02, 2.11, 2.29, event_id="a-1", reason=""
)


@pytest.mark.parametrize("distance", [3.14, math.nan])
def test_the_columns_stand_under_the_header(distance: float) -> None:
    row = event_row(replace(ANSWER, distance=distance, time_s=123.45, face_id="face_12345"))
    assert len(row) == len(EVENT_HEADER) <= 74
    assert row.index("happiness") == EVENT_HEADER.index("label")
    assert ("-" in row.split()) == math.isnan(distance)


def test_json_is_one_line_that_any_reader_accepts() -> None:
    text = event_json(replace(ANSWER, distance=math.nan, limit=math.inf), "The lip\ncorner rose: größer.")
    assert "\n" not in text and "größer" in text
    found = json.loads(text, parse_constant=pytest.fail)  # NaN and Infinity are no JSON
    assert found["prototype_distance"] is None and found["rejection_distance"] is None
    assert (found["event_id"], found["label"], found["onset_s"]) == ("a-1", "happiness", 2.02)
    assert found["explanation"] == "The lip\ncorner rose: größer."
