from __future__ import annotations

import pytest
from recorded_sets import SQ_ROWS, write_casme_sq
from sheet_files import write_xlsx

from mer_ros.errors import DataError


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return write_casme_sq(tmp_path_factory.mktemp("sq"))


def test_micro_expressions_of_a_sheet_without_header(open_set, root):
    clips = open_set("casme-sq", root)
    assert clips.samples.tolist() == ["anger1_1_11", "happy1_1_5"]
    assert [clips.labels[i] for i in clips.truth] == ["negative", "positive"]
    assert "2 rows of another kind left out, micro kept." in clips.notes
    assert "1 offset is unknown, the apex was taken (2/happy1_1)." in clips.notes
    assert clips.units[1][0].uncertain


def test_macro_expressions_of_the_same_videos(open_set, root):
    clips = open_set("casme-sq-macro", root)
    assert clips.samples.tolist() == ["anger1_2_31", "anger1_1_21"]
    assert [clips.labels[i] for i in clips.truth] == ["negative", "others"]


def test_names_that_the_other_sheets_do_not_have_are_faults(open_set, tmp_path):
    rows = [list(row) for row in SQ_ROWS]
    rows[0][1], rows[2][0] = "pain9_1", 7
    with pytest.raises(DataError) as raised:
        open_set("casme-sq", write_casme_sq(tmp_path, rows))
    assert "row 2: 1/pain9_1: the sheets of names do not have video 'pain9'" in str(raised.value)
    assert "row 4: 7/happy1_1: the sheets of names do not have subject '7'" in str(raised.value)


def test_missing_sheets_of_names_are_faults(open_set, root, tmp_path):
    write_xlsx(tmp_path / "CAS(ME)^2code_final.xlsx", {"CASFEcode_final": SQ_ROWS})
    with pytest.raises(DataError, match="the workbook has no sheet 'naming rule1', found CASFEcode_final"):
        open_set("casme-sq", tmp_path)
    sheets = {"CASFEcode_final": SQ_ROWS, "naming rule1": [["x"]], "naming rule2": [["y"]]}
    write_xlsx(tmp_path / "CAS(ME)^2code_final.xlsx", sheets)
    with pytest.raises(DataError, match="'naming rule1' has no columns that translate names"):
        open_set("casme-sq", tmp_path)
