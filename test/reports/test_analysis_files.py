from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import numpy as np
import pytest

from mer_ros.face.regions import MOTION_GROUPS
from mer_ros.reports.analysis_files import COLUMNS, FORMAT, csv_text, document, write


@pytest.fixture
def found(analysed):
    return analysed[0]


def test_the_csv_has_a_row_for_each_event_and_model(found):
    rows = list(csv.DictReader(io.StringIO(csv_text(found), newline="")))
    assert tuple(rows[0]) == COLUMNS and len(rows) == len(found.events) * len(found.models)
    first, answer = found.events[0], found.events[0].answers[0]
    assert rows[0]["label"] == answer.prediction.label and rows[0]["text"] == answer.text
    assert abs(float(rows[0]["apex_s"]) - first.apex_s) < 1e-5 and rows[0]["action_units"].startswith("AU")
    assert [row["model"] for row in rows[:2]] == list(found.models)


def test_an_event_without_a_label_has_a_row(found):
    bare = replace(found, events=(replace(found.events[0], answers=()),))
    (row,) = csv.DictReader(io.StringIO(csv_text(bare), newline=""))
    assert row["label"] == "" and float(row["onset_s"]) > 0


def test_the_document_is_json_and_complete(found):
    read = json.loads(json.dumps(document(found), allow_nan=False))
    assert (
        read["format"] == FORMAT
        and read["recording"]["frames"] == 400
        and read["models"] == list(found.models)
    )
    event = read["events"][0]
    assert abs(sum(event["answers"][0]["probabilities"].values()) - 1) < 1e-3
    assert set(event["action_units"]["AU12"]) == {"moved", "right", "left", "right_px", "left_px"}
    assert event["answers"][0]["second"]["label"] in event["answers"][0]["probabilities"]
    assert read["faces"][0]["frames"] == 400


def test_every_number_of_the_tables_of_the_page_is_in_the_document(found):
    event = replace(found.events[0], unit_px=np.full((len(found.events[0].units), 2), [0.5, np.nan]))
    answer, other = event.answers[0], event.answers[0].what_if
    read = document(replace(found, events=(event,), not_followed=2, faces_left_out=3))
    assert read["recording"]["faces"] == 4 and read["recording"]["not_followed"] == 2
    weakest = read["faces"][0]["weakest"]
    assert tuple(weakest) == tuple(MOTION_GROUPS) and weakest["chin"] > 0
    unit = read["events"][0]["action_units"]["AU12"]
    assert unit["right_px"] == 0.5 and unit["left_px"] is None
    said = read["events"][0]["answers"][0]
    nearest = min(said["distances"].values())
    assert tuple(said["distances"]) == answer.prediction.labels and nearest == said["prototype_distance"]
    assert said["second"]["share"] == round(other.share, 6)


def test_an_event_and_a_model_without_such_numbers_have_none(found):
    answer = found.events[0].answers[0]
    bare = replace(answer.prediction, prototype_distances=np.empty(0, np.float32))
    event = replace(found.events[0], unit_px=None, answers=(replace(answer, prediction=bare),))
    read = document(replace(found, events=(event,), limits={}))
    assert "weakest" not in read["faces"][0] and read["events"][0]["answers"][0]["distances"] == {}
    assert read["events"][0]["action_units"]["AU12"]["right_px"] is None


def test_a_number_that_is_not_finite_is_null(found):
    event = found.events[0]
    answer = event.answers[0]
    said = replace(answer.prediction, prototype_distance=float("nan"), rejection_distance=float("inf"))
    changed = replace(event, answers=(replace(answer, prediction=said),))
    read = document(replace(found, events=(changed,)))["events"][0]["answers"][0]
    assert read["prototype_distance"] is None and read["rejection_distance"] is None


def test_both_files_are_written(found, tmp_path):
    write(found, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["events.csv", "events.json"]
