from __future__ import annotations

from recorded_sets import SAMM_LV_ROWS, write_samm_lv


def test_expressions_of_long_videos_are_micro_or_macro(open_set, tmp_path):
    clips = open_set("samm-lv", write_samm_lv(tmp_path))
    assert [clips.labels[i] for i in clips.truth] == ["micro", "macro", "micro"]
    assert clips.subjects.tolist() == ["006", "006", "007"]
    assert clips.samples.tolist() == ["006_1_2_562", "006_1_3_601", "007_3_1_11"]
    assert clips.units[2][0].side == "one side"


def test_rows_of_another_type_are_left_out(open_set, tmp_path):
    rows = [list(row) for row in SAMM_LV_ROWS]
    rows[0][7] = "Other"
    clips = open_set("samm-lv", write_samm_lv(tmp_path, rows))
    assert len(clips) == 2 and any("(1 of no class)" in note for note in clips.notes)
