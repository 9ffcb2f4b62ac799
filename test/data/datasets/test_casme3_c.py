from __future__ import annotations

from recorded_sets import write_casme3_c


def test_rows_without_apex_and_units_with_commas(open_set, tmp_path):
    clips = open_set("casme3-c", write_casme3_c(tmp_path))
    assert clips.subjects.tolist() == ["01", "01", "02"]
    assert [clips.labels[i] for i in clips.truth] == ["fear", "happiness", "disgust"]
    assert [[unit.number for unit in own] for own in clips.units] == [[4, 5], [12, 14], [4]]
    assert "The apex of 3 of 3 clips was estimated from the frames." in clips.notes
