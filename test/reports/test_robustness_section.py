"""The section on corrupted clips."""

from __future__ import annotations

from mer_ros.evaluation.robustness import Curve, described
from mer_ros.reports.robustness_section import robustness_blocks, robustness_sentence

CURVES = [
    Curve("ours@1", "jpeg", 0.8, (0.8, 0.7, 0.6, 0.5, 0.4), (0.0,) * 5),
    Curve("control", "jpeg", 0.5, (0.5,) * 5, (0.0,) * 5),
    Curve("ours@1", "mask", 0.8, (0.4,) * 5, (0.0, 0.0, 0.0, 0.0, 0.25)),
    Curve("control", "mask", 0.5, (0.25,) * 5, (0.0, 0.0, 0.0, 0.0, 0.25)),
]
RESULTS = {"robustness": described(CURVES, 40)}


def test_one_number_for_each_system_and_corruption_and_a_curve():
    html = "".join(str(block.html()) for block in robustness_blocks(RESULTS))
    assert "UF1 of 40 clips under 2 corruptions" in html
    assert ".600 (.750)" in html and ".400 (.500)" in html and ".500 (1.000)" in html
    assert "ours@1 .800 without it, then .800, .700, .600, .500, .400; control .500 without it" in html
    assert "No face in 25% of the clips at severity 5." in html
    assert html.count("<svg") == 2


def test_the_sentence_has_the_mean_of_all_corruptions():
    assert robustness_sentence(RESULTS) == (
        "Share of the clean UF1 that is kept, mean over 2 corruptions in five severities: ours@1 .625 of "
        ".800, control .750 of .500."
    )


def test_without_corruptions_there_is_no_section():
    assert robustness_blocks({}) == [] and robustness_sentence({}) == ""
