from __future__ import annotations

import pytest

from mer_ros.data.faults import Faults
from mer_ros.data.frames.layout_file import FrameLayout, read_layout_file
from mer_ros.errors import ConfigError, DataError

GOOD = """
casme2:
  sheet: labels/codes.xlsx
  frames: Cropped/{clip}/{frame}.jpg
  corrections:
    - {clip: sub16/EP01_08, offset: 96, reason: the frames end there}
    - {clip: 4/EP12_01f, omit: true}
    - {clip: 4/a, where: {onset: 3}, apex: null}
samm: {}
"""


def read(tmp_path, text, name="casme2"):
    path = tmp_path / "layout.yaml"
    path.write_text(text)
    return read_layout_file(path, name)


def test_places_and_corrections_of_one_data_set(tmp_path):
    layout = read(tmp_path, GOOD)
    assert (layout.sheet, layout.frames) == ("labels/codes.xlsx", "Cropped/{clip}/{frame}.jpg")
    first, second, third = layout.corrections
    assert (first.name, first.right, first.reason) == (
        "sub16/EP01_08",
        {"offset": 96},
        "the frames end there",
    )
    assert (second.right, third.wrong, third.right) == ({}, {"onset": 3}, {"apex": None})
    assert (
        read(tmp_path, GOOD, "samm")
        == read(tmp_path, GOOD, "mmew")
        == read_layout_file(None, "x")
        == FrameLayout()
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("casme2: [", "cannot be read"),
        ("- a", "not a mapping of data sets"),
        ("casme2: {frame: x}", "'frame' is unknown: write corrections, frames, sheet"),
        ("casme2: {frames: 3}", "frames of casme2 is 3"),
        ("casme2: {corrections: {}}", "are no list"),
        ("casme2: {corrections: [{offset: 3}]}", "has no clip"),
        ("casme2: {corrections: [{clip: a/b}]}", "changes nothing"),
        ("casme2: {corrections: [{clip: a/b, end: 3}]}", "'end' is unknown"),
        ("casme2: {corrections: [{clip: a/b, offset: x}]}", "offset of 'a/b' is 'x': write a number"),
        ("casme2: {corrections: [{clip: a/b, offset: 3, where: {x: 1}}]}", "'x' is unknown"),
    ],
)  # fmt: skip
def test_anything_else_is_refused_in_one_line(tmp_path, text, says):
    with pytest.raises(ConfigError) as raised:
        read(tmp_path, text)
    assert says in str(raised.value) and "\n" not in str(raised.value)
    assert "layout.yaml" in str(raised.value)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read"):
        read_layout_file(tmp_path / "none.yaml", "casme2")


def test_the_named_sheet_must_be_in_the_folder(tmp_path):
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "a.xlsx").touch()
    (tmp_path / "b.xlsx").touch()
    faults = Faults(tmp_path / "set")
    assert FrameLayout("a.xlsx").sheet_in(tmp_path / "set", faults) == tmp_path / "set" / "a.xlsx"
    assert FrameLayout().sheet_in(tmp_path / "set", faults) is None
    for name in ("c.xlsx", "../b.xlsx"):
        with pytest.raises(DataError, match="there is no sheet"):
            FrameLayout(name).sheet_in(tmp_path / "set", Faults(tmp_path / "set"))
