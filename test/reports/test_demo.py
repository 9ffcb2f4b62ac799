import math
from dataclasses import dataclass, replace

import pytest

from mer_ros.graph.received_emotion import ReceivedEmotion
from mer_ros.reports.demo import HEADER, Outcome, table_row, true_label


@dataclass(frozen=True)
class Event:
    onset_s: float
    apex_s: float
    offset_s: float
    emotion: str


TRUTH = (Event(2.0, 2.1, 2.3, "happiness"), Event(4.0, 4.05, 4.1, "fear"))
ROW = ReceivedEmotion(2.35, "face_1", "micro", "happiness", 0.834, 3.14, 9.0, 2.02, 2.11, 2.29)


FILES = ("overlay.png", "prototype.png", "annotated.mp4")


def outcome(*rows, fps=200.0, files=FILES, sent=1000):
    return Outcome(rows, TRUTH, frames_sent=sent, frames_seen=998, fps=fps, files=files)


def test_a_row_names_the_truth_it_overlaps_and_none_where_there_is_none():
    assert true_label(ROW, TRUTH) == "happiness"
    assert true_label(replace(ROW, onset_s=3.0, offset_s=3.3), TRUTH) == "none"
    assert true_label(ROW, []) == "none"


@pytest.mark.parametrize("distance", [3.14, math.nan])
def test_every_line_fits_a_terminal_and_its_columns_stand_under_the_header(distance):
    row = replace(ROW, distance=distance, time_s=123.45, face_id="face_12345", label="happiness")
    text = table_row(row, "happiness")
    assert len(text) <= 80
    assert text.index("happiness", 40) == HEADER.index("truth")
    assert "nan" not in text


def test_without_answers_nothing_is_delivered():
    nothing = outcome()
    assert not nothing.delivered
    assert nothing.summary()[0].startswith(
        "Spotted 0 of 2 events at IoU >= 0.5, 0 false. Correct labels: 0 of 0"
    )


def test_half_of_the_events_with_all_images_is_delivered_and_a_missing_image_is_not():
    assert outcome(ROW).delivered
    without = outcome(ROW, files=FILES[1:])
    assert not without.delivered
    assert "overlay.png was not received." in without.summary()


@pytest.mark.parametrize("row", [replace(ROW, label="unknown"), replace(ROW, onset_s=3.0, offset_s=3.2)])
def test_answers_without_a_label_or_a_hit_are_not_delivered(row):
    assert not outcome(row).delivered


def test_a_camera_that_did_not_finish_is_not_delivered_and_no_loss_is_claimed():
    broken = outcome(ROW, sent=None)
    assert not broken.delivered
    assert "Frames: 998 processed; the camera did not finish." in broken.summary()


def test_a_stopped_clip_counts_only_the_events_that_were_played():
    stopped = replace(outcome(ROW, sent=None), stopped_at_s=3.06)
    lines = stopped.summary()
    assert lines[0].startswith(
        "Spotted 1 of the 1 event played until 3.1 s at IoU >= 0.5, 0 false; 1 not played. Correct labels: 1"
    )
    assert not any(line.startswith("Missed") for line in lines)
    assert (stopped.figures()["events_played"], stopped.figures()["stopped_at_s"]) == (1, 3.06)
    late = replace(stopped, stopped_at_s=4.1)
    assert late.not_played == ()
    assert any(line.startswith("Missed: fear") for line in late.summary())
    during = replace(outcome(replace(ROW, onset_s=4.0, offset_s=4.09), sent=None), stopped_at_s=4.09)
    assert during.not_played == ()  # spotted before its end
    assert outcome(ROW).figures()["stopped_at_s"] is None


def test_a_model_without_prototypes_needs_no_prototype_image():
    plain = outcome(replace(ROW, distance=math.nan, limit=math.nan), files=("overlay.png", "annotated.mp4"))
    assert plain.delivered
    assert plain.summary()[-1].startswith("This model has no prototypes")


def test_the_summary_counts_hits_false_ones_labels_frames_and_names_what_was_missed():
    wrong = replace(ROW, label="anger")
    false = replace(ROW, onset_s=3.0, offset_s=3.2)
    lines = " ".join(outcome(wrong, false).summary())
    assert "Spotted 1 of 2 events at IoU >= 0.5, 1 false. Correct labels: 0 of 1." in lines
    assert "1000 sent, 998 processed, 2 lost" in lines
    assert "Missed: fear, 4.00 to 4.10 s, 100 ms." in lines
    assert "0.39" in lines


def test_at_30_fps_the_summary_states_what_cannot_be_resolved():
    lines = " ".join(outcome(ROW, fps=30.0).summary())
    assert "shortest detectable event takes 133 ms; 1 of 2 events are shorter" in lines
    assert "100 ms (too short for this frame rate)" in lines
    assert outcome(ROW, fps=30.0).figures()["hits"] == 1
