from __future__ import annotations

from dataclasses import replace

import pytest

from mer_ros.data.annotations.annotation import (
    Annotation,
    Correction,
    annotation_of,
    check_plain,
    corrected,
    same_clip,
)
from mer_ros.data.faults import Faults
from mer_ros.data.notes import Notes

ROW = {"subject": "1", "clip": "EP02_01f", "onset": "46", "apex": "59", "offset": "86", "label": "Happy"}
ONE = Annotation("a.xlsx", 2, "4", "EP12_01f", 10, 99, 20, "disgust")


def read(tmp_path, **cells):
    faults, notes = Faults(tmp_path), Notes()
    return annotation_of((7, {**ROW, **cells}), "a.xlsx", faults, notes), faults.found, notes.sentences


def test_a_row_becomes_an_annotation(tmp_path):
    one, faults, _ = read(tmp_path, units="R12", fps="300", kind="Micro - 1/2", subject="1.0")
    assert faults == []
    assert (one.name, one.onset, one.apex, one.offset, one.label) == ("1/EP02_01f", 46, 59, 86, "happiness")
    assert (one.units[0].text, one.objective, one.fps, one.kind, one.row) == ("R12", "I", 300, "micro", 7)


def test_the_class_of_the_sheet_counts_before_that_of_the_units(tmp_path):
    assert read(tmp_path, units="12", objective="4")[0].objective == "IV"


@pytest.mark.parametrize("text", ["/", "", "-", "?", "-1", "n/a"])
def test_an_unknown_apex_is_none(tmp_path, text):
    one, faults, _ = read(tmp_path, apex=text)
    assert (one.apex, faults) == (None, [])


def test_units_that_cannot_be_read_are_unknown_and_noted(tmp_path):
    one, faults, notes = read(tmp_path, units="2014-07-04")
    assert (one.units, faults) == (None, [])
    assert "1 row has action units that cannot be read" in notes[0] and "'2014-07-04' in row 7" in notes[0]


def test_faults_of_a_row_are_listed_together(tmp_path):
    one, faults, _ = read(tmp_path, subject="", clip="../../etc", onset="4x")
    assert one is None
    assert faults == [
        "'a.xlsx', row 7: 'subject' is empty",
        "'a.xlsx', row 7: clip '../../etc' is not a plain name, it would lead out of the folder",
        "'a.xlsx', row 7: onset is '4x', not the number of a frame",
    ]


@pytest.mark.parametrize("name", ["a/b", "a\\b", "..", ".hidden", "a*", "[a]", "{subject}", "a\0"])
def test_names_that_are_no_plain_names_are_refused(tmp_path, name):
    faults = Faults(tmp_path)
    check_plain("clip", name, "a.xlsx", 3, faults)
    assert len(faults.found) == 1 and "not a plain name" in faults.found[0]


def test_a_correction_applies_to_its_row_with_the_wrong_values_only():
    fix = Correction("04/EP12_01f", {"offset": 20}, {"offset": 120}, "known")
    notes = Notes()
    assert corrected([ONE], [fix], notes)[0].offset == 120
    assert notes.sentences == ("1 row was corrected (4/EP12_01f: offset 120, known).",)
    for other in (replace(ONE, offset=21), replace(ONE, subject="5"), replace(ONE, clip="EP12_02f")):
        assert corrected([other], [fix], Notes()) == [other]


def test_a_correction_without_values_leaves_the_row_out():
    assert corrected([ONE], [Correction("4/EP12_01f", {}, {})], Notes()) == []


def test_a_correction_of_an_apex_outside_applies_only_there():
    fix = Correction("4/EP12_01f", {}, {"apex": None}, apex_outside=True)
    assert corrected([ONE], [fix], Notes())[0].apex is None
    assert corrected([replace(ONE, apex=15)], [fix], Notes())[0].apex == 15
    assert corrected([replace(ONE, apex=9)], [fix], Notes())[0].apex is None


def test_a_remark_below_the_rows_is_noted(tmp_path):
    one, faults, notes = read(tmp_path, subject="", clip="", onset="255", label="total", apex="", offset="")
    assert (one, faults) == (None, [])
    assert notes == ("1 row has neither subject nor clip and was not read (row 7: 255, total).",)


def test_clips_are_compared_without_leading_zeros_of_the_subject():
    assert same_clip("6/006_1_2", "006/006_1_2") and not same_clip("6/a", "60/a")
    assert same_clip("16/EP01_08", "sub16/EP01_08") and not same_clip("spNO.1/a", "spNO.10/a")
