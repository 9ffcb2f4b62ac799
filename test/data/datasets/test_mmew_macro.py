from __future__ import annotations

from recorded_faces import FRAMES, write_frames
from recorded_sets import write_mmew


def test_folders_are_the_annotation(open_set, tmp_path):
    clips = open_set("mmew-macro", write_mmew(tmp_path))
    assert clips.subjects.tolist() == ["S01", "S01", "S02"]
    assert [clips.labels[i] for i in clips.truth] == ["anger", "happiness", "anger"]


def test_clips_in_folders_of_their_own_are_read_too(open_set, tmp_path):
    for i, (label, clip) in enumerate([("anger", "S01-07-001"), ("fear", "S02-03-001")]):
        names = [f"{k + 1}.jpg" for k in range(FRAMES)]
        write_frames(tmp_path / "Macro_Expression" / label / clip, names, i, i)
    clips = open_set("mmew-macro", tmp_path)
    assert clips.subjects.tolist() == ["S01", "S02"] and clips.samples.tolist() == [
        "S01-07-001",
        "S02-03-001",
    ]
