from __future__ import annotations

from recorded_faces import FRAMES
from recorded_sets import write_mmew


def test_frames_lie_below_the_label_and_an_open_end_is_the_last_frame(open_set, tmp_path):
    clips = open_set("mmew", write_mmew(tmp_path))
    assert [clips.labels[i] for i in clips.truth] == ["happiness", "disgust", "disgust"]
    assert clips.subjects.tolist() == ["S01", "S01", "S02"]  # as in the folders of the macro-expressions
    assert clips.samples.tolist() == ["S01-01-001", "S01-02-001", "S02-02-002"]
    assert len(clips.crops[2]) == FRAMES
    assert "The apex of 1 of 3 clips was estimated from the frames." in clips.notes
    assert [unit.text for unit in clips.units[1]] == ["L4", "7"]


def test_three_classes_find_the_folders_of_the_native_labels(open_set, tmp_path):
    clips = open_set("mmew", write_mmew(tmp_path), labels="three")
    assert [clips.labels[i] for i in clips.truth] == ["positive", "negative", "negative"]
