"""The faults of a data set are collected and raised together, each with its file and row."""

from __future__ import annotations

from pathlib import Path

import pytest

from mer_ros.data.faults import Faults
from mer_ros.errors import DataError


@pytest.fixture
def faults(tmp_path: Path) -> Faults:
    return Faults(tmp_path)


def test_without_a_fault_nothing_is_raised(faults: Faults) -> None:
    faults.stop()
    assert faults.found == []


@pytest.mark.parametrize(
    ("file", "row", "line"),
    [
        ("", 0, "it is empty"),
        ("", 7, "it is empty"),
        ("labels.csv", 0, "'labels.csv': it is empty"),
        ("labels.csv", 7, "'labels.csv', row 7: it is empty"),
    ],
)
def test_a_fault_names_its_file_and_row(faults: Faults, file: str, row: int, line: str) -> None:
    faults.add("it is empty", file, row)
    assert faults.found == [line]


def test_a_path_is_given_relative_to_the_folder(faults: Faults) -> None:
    faults.add("it is empty", faults.root / "images" / "a.png", 2)
    assert faults.found == ["'images/a.png', row 2: it is empty"]


@pytest.mark.parametrize(("n", "count"), [(1, "one fault"), (2, "2 faults"), (30, "30 faults")])
def test_all_faults_are_raised_at_once_in_their_order(faults: Faults, n: int, count: str) -> None:
    for i in range(n):
        faults.add(f"fault {i}", "labels.csv", i + 2)
    with pytest.raises(DataError) as raised:
        faults.stop()
    head, *lines = str(raised.value).splitlines()
    assert str(faults.root) in head and count in head
    assert [line.strip() for line in lines] == [f"'labels.csv', row {i + 2}: fault {i}" for i in range(n)]
