from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import pytest

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
    assert set(event["action_units"]["AU12"]) == {"moved", "right", "left"}
    assert event["answers"][0]["second"]["label"] in event["answers"][0]["probabilities"]
    assert read["faces"][0]["frames"] == 400


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
