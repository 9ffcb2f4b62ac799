"""docs/faults.md and the numbers in the names of tests agree."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
NO_TEST = "none yet"
ROW = re.compile(r"^\| (\d+) \| .+ \| .+ \| (.+) \|$", re.MULTILINE)
NUMBERS = re.compile(r"faults?_(\d\d?(?:_(?:and_)?\d\d?)*)(?!\d)")
ROWS = {int(n): cell for n, cell in ROW.findall((ROOT / "docs/faults.md").read_text(encoding="utf-8"))}


def numbers_in(text: str) -> set[int]:
    """Numbers of faults in names of tests and of their parameters."""
    return {int(n) for found in NUMBERS.findall(text) for n in re.findall(r"\d+", found)}


HELD = {
    path.relative_to(ROOT).as_posix(): numbers_in(path.read_text(encoding="utf-8"))
    for path in sorted((ROOT / "test").rglob("test_*.py"))
    if path != Path(__file__).resolve()
}


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("def test_fault_05_short_data", {5}),
        ("def test_faults_17_and_18_compressed", {17, 18}),
        ("def test_faults_43_44_45_what_is_no_checkpoint", {43, 44, 45}),
        ("id='fault_09_and_10_padding'", {9, 10}),
        ("def test_fault_41_speech", {41}),
        ("np.random.default_rng(5)", set()),
    ],
)
def test_numbers_are_read_from_names(text: str, numbers: set[int]) -> None:
    assert numbers_in(text) == numbers


def test_the_page_numbers_faults_without_a_hole() -> None:
    assert list(ROWS) == list(range(1, len(ROWS) + 1)) and len(ROWS) >= 76


def test_every_fault_of_a_test_is_on_the_page() -> None:
    in_tests = set().union(*HELD.values())
    assert sorted(in_tests - set(ROWS)) == []
    untested = {n for n, cell in ROWS.items() if cell == NO_TEST}
    assert sorted(in_tests & untested) == [], "name their tests on the page"


@pytest.mark.parametrize(("number", "cell"), [item for item in ROWS.items() if item[1] != NO_TEST])
def test_the_test_that_the_page_names_carries_the_number(number: int, cell: str) -> None:
    path = cell.strip("`")
    assert path in HELD, f"{path} does not exist"
    assert number in HELD[path], f"no name in {path} carries fault {number}"
