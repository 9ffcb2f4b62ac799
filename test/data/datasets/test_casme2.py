from __future__ import annotations

from recorded_sets import CASME2_HEADER, CASME2_ROWS, CASME2_SHEET, write_casme2
from sheet_files import write_xlsx


def test_cropped_folders_are_read_where_there_are_no_raw_ones(open_set, tmp_path):
    clips = open_set("casme2", write_casme2(tmp_path, cropped=True))
    assert len(clips) == 4
    assert any("reg_img{frame}.jpg' in 'Cropped'" in note for note in clips.notes)
    assert all((flow[:, :10] == 0).all() for flow in clips.flow)  # padding above the brows


def test_the_sheet_that_was_read_is_named(open_set, tmp_path):
    write_casme2(tmp_path)
    write_xlsx(tmp_path / "CASME2-coding-20140508.xlsx", {"Sheet1": [CASME2_HEADER, *CASME2_ROWS[:2]]})
    clips = open_set("casme2", tmp_path)
    note = f"The annotations are those of '{CASME2_SHEET}'. Not read: 'CASME2-coding-20140508.xlsx'."
    assert note in clips.notes and len(clips) == 4
    assert clips.subjects.tolist() == ["sub01", "sub01", "sub02", "sub02"]
