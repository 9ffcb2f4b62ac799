from __future__ import annotations

import pytest
from recorded_sets import SMIC_E_ROWS, write_smic_e

from mer_ros.errors import DataError


def test_a_second_event_of_a_row_is_a_clip_of_its_own(open_set, tmp_path):
    clips = open_set("smic-e", write_smic_e(tmp_path))
    assert clips.samples.tolist() == ["s1_ne_01", "s2_po_01", "s2_po_01_2"]
    assert clips.subjects.tolist() == ["s01", "s02", "s02"]
    assert "Of the 2 sheets of the workbook, 'HS' was read." in clips.notes


@pytest.mark.parametrize("empty", [0, "/", None, "0.0"])
def test_no_second_event(open_set, tmp_path, empty):
    rows = [list(row) for row in SMIC_E_ROWS]
    rows[1][5:7] = [empty, empty]
    assert len(open_set("smic-e", write_smic_e(tmp_path, rows))) == 2


def test_a_fault_of_the_second_event_is_named(open_set, tmp_path):
    rows = [list(row) for row in SMIC_E_ROWS]
    rows[1][6] = 140
    with pytest.raises(DataError, match="row 3: 2/s2_po_01: offset 140 is not after onset 151"):
        open_set("smic-e", write_smic_e(tmp_path, rows))
