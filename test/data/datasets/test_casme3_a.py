from __future__ import annotations

import pytest
from recorded_sets import CASME3_ROWS, write_casme3_a

from mer_ros.errors import DataError


def test_the_list_of_micro_expressions_is_preferred_and_corrected(open_set, tmp_path):
    clips = open_set("casme3-a", write_casme3_a(tmp_path))
    assert clips.samples.tolist() == ["a_355", "a_401", "d_2647", "e_1"]
    assert [clips.labels[i] for i in clips.truth] == ["disgust", "happiness", "happiness", "others"]
    assert any("spNO.216/d: onset 2647" in note for note in clips.notes)
    assert clips.units[0][2].text == "R10"


def test_the_xls_of_all_expressions_has_objective_classes_only(open_set, tmp_path):
    root = write_casme3_a(tmp_path, listed=False)
    clips = open_set("casme3-a", root, labels="objective")
    assert [clips.labels[i] for i in clips.truth] == ["I", "I", "III"]
    assert "1 row of another kind left out, micro kept." in clips.notes
    with pytest.raises(DataError, match="no clip has a class"):
        open_set("casme3-a", root)


def test_the_same_expression_twice_is_a_fault(open_set, tmp_path):
    with pytest.raises(DataError, match="row 6: spNO.1/a: it names the same expression as row 2"):
        open_set("casme3-a", write_casme3_a(tmp_path, [*CASME3_ROWS, CASME3_ROWS[0]]))
