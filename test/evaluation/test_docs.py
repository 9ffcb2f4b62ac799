"""docs/evaluation.md agrees with the code."""

import importlib

import numpy as np

from mer_ros.data.crop_geometry import MEGC_BOX, MIN_CLIPS, MIN_CORRELATION
from mer_ros.data.datasets import DATASETS, megc_flow
from mer_ros.data.synthetic_videos import SUBJECTS, VIDEOS
from mer_ros.evaluation.bootstrap import DRAWS
from mer_ros.evaluation.entrants.catalogue import CONTROLS
from mer_ros.evaluation.linear_head import INNER_FOLDS
from mer_ros.evaluation.protocol import ALIASES, MEGC_SIZE, PROTOCOLS
from mer_ros.evaluation.spotters import SPOTTERS
from mer_ros.evaluation.spotting_scores import MIN_IOU
from mer_ros.files import share_dir
from mer_ros.limits import MICRO_MAX_S
from mer_ros.metrics import ECE_BINS
from mer_ros.reports.spotting_page import SHOWN_VIDEOS
from mer_ros.spotting.baselines.both_kinds import LONG_VIDEO_P, WINDOWS_S, fitting_windows
from mer_ros.spotting.baselines.contrast import TRAILING_S, WARM_UP_S

PAGE = (share_dir() / "docs" / "evaluation.md").read_text(encoding="utf-8")
WORDS = " ".join(PAGE.split())
NUMBERS = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)


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


def test_the_numbers_of_spotting_are_the_code_s():
    assert f"from the {TRAILING_S:g} s before each frame" in WORDS
    assert f"a window of {WINDOWS_S[0]:g} s for micro- and once with {WINDOWS_S[1]:g} s for macro" in WORDS
    assert f"before {NUMBERS[round(WARM_UP_S)]} seconds of values" in WORDS
    assert f"LBP's p = {LONG_VIDEO_P['lbp_difference']:g} was the smallest value of the grid" in WORDS
    shortest_s = 3 * WINDOWS_S[1]
    assert f"macro-expressions in a video shorter than {shortest_s:g} s" in WORDS
    for length_s, is_halved in ((shortest_s - 0.1, True), (shortest_s + 0.1, False)):
        stamps_ns = np.arange(0, round(length_s * 1e9), 20_000_000)
        assert (fitting_windows(stamps_ns)[1] < WINDOWS_S[1]) == is_halved
    assert f"up to {MICRO_MAX_S:g} s is micro" in WORDS and f"IoU of {MIN_IOU:g} or more" in WORDS
    assert f"each of the first {NUMBERS[SHOWN_VIDEOS]} videos" in WORDS
    assert f"renders {NUMBERS[VIDEOS]} videos of {NUMBERS[SUBJECTS]} subjects" in WORDS
    rows = [line for line in PAGE.splitlines() if line.startswith("|")]
    assert all(any(f"`{one.name}`" in row for row in rows) for one in SPOTTERS)
