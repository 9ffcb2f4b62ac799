from __future__ import annotations

import pytest
from recorded_sets import SAMM_ROWS, write_samm

from mer_ros.errors import DataError


def test_rows_below_the_notes_are_read_and_a_known_apex_is_corrected(open_set, tmp_path):
    clips = open_set("samm", write_samm(tmp_path))
    assert clips.subjects.tolist() == ["006", "006", "028", "028"]
    assert [clips.labels[i] for i in clips.truth] == ["anger", "surprise", "contempt", "others"]
    assert any("028/028_4_1: apex unknown" in note for note in clips.notes)
    units = [[unit.text for unit in own] for own in clips.units]
    assert units == [["4"], ["L2", "5A"], ["14B"], ["R12?", "R15?"]]


@pytest.mark.parametrize(
    ("labels", "found"),
    [
        ("five", ["anger", "surprise", "contempt", "others"]),
        ("seven", ["anger", "surprise", "contempt"]),
        ("three", ["negative", "surprise", "negative"]),
        ("objective", ["III"]),
    ],
)
def test_sets_of_classes(open_set, tmp_path, labels, found):
    root = write_samm(tmp_path)
    if labels == "objective":  # of the sheet, which is class VII for three rows
        with pytest.raises(DataError, match="every clip has the label 'III'"):
            open_set("samm", root, labels=labels)
        return
    clips = open_set("samm", root, labels=labels)
    assert [clips.labels[i] for i in clips.truth] == found


def test_another_apex_outside_is_a_fault_with_the_row_of_the_sheet(open_set, tmp_path):
    rows = [list(row) for row in SAMM_ROWS]
    rows[0][4] = 900
    with pytest.raises(DataError, match="row 15: 006/006_1_2: apex 900 is outside onset 562 to offset 568"):
        open_set("samm", write_samm(tmp_path, rows))


def test_numbers_of_subjects_may_have_lost_their_zeros(open_set, tmp_path):
    rows = [[int(row[0]), *row[1:]] for row in SAMM_ROWS]
    assert open_set("samm", write_samm(tmp_path, rows)).subjects.tolist() == ["006", "006", "028", "028"]
