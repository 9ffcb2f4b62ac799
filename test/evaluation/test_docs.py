"""docs/evaluation.md agrees with the code."""

import importlib

from mer_ros.data.crop_geometry import MEGC_BOX, MIN_CLIPS, MIN_CORRELATION
from mer_ros.data.datasets import DATASETS, megc_flow
from mer_ros.evaluation.bootstrap import DRAWS
from mer_ros.evaluation.entrants.catalogue import CONTROLS
from mer_ros.evaluation.linear_head import INNER_FOLDS
from mer_ros.evaluation.protocol import ALIASES, MEGC_SIZE, PROTOCOLS
from mer_ros.files import share_dir
from mer_ros.metrics import ECE_BINS

PAGE = (share_dir() / "docs" / "evaluation.md").read_text(encoding="utf-8")
WORDS = " ".join(PAGE.split())
NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def test_every_protocol_and_every_control_has_a_row():
    first_cells = {line.split("|")[1] for line in PAGE.splitlines() if line.startswith("|")}
    for name in (*PROTOCOLS, *CONTROLS.names):
        assert any(f"`{name}`" in cell for cell in first_cells), name


def test_every_name_in_papers_has_a_row_with_its_protocol():
    rows = [line.split("|") for line in PAGE.splitlines() if line.startswith("|")]
    for alias, name in ALIASES.items():
        assert any(row[1].strip().startswith(alias.upper()) and f"`{name}`" in row[2] for row in rows), alias


def test_people_that_data_sets_share_are_listed():
    for name in DATASETS.names:
        module = importlib.import_module(DATASETS.places[name].partition(":")[0])
        people = getattr(getattr(module, "FRAME_SET", None), "people", "")
        assert not people or f"`{people}` and `{name}`" in WORDS, name


def test_its_numbers_are_the_code_s():
    assert f"{ECE_BINS} bins" in WORDS
    assert f"{DRAWS} draws" in WORDS
    assert f"on {NUMBERS[INNER_FOLDS]} groups of training subjects" in WORDS
    assert f"{MEGC_SIZE[0]} clips and {MEGC_SIZE[1]} subjects" in WORDS
    assert megc_flow.SYNTHETIC_NOTE in WORDS
    assert f"Fewer than {MIN_CLIPS} clips, or a correlation below {MIN_CORRELATION:g}" in WORDS
    assert f"the default place {MEGC_BOX.words}" in WORDS
