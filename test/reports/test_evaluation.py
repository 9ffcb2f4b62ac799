from __future__ import annotations

import io

import pytest
from rich.console import Console

from mer_ros.reports import evaluation as report


def score(value, low, high):
    return {"value": value, "low": low, "high": high}


def scores(uf1, clips=20):
    part = {"clips": clips, "subjects": 4, "accuracy": score(0.9, 0.8, 1.0), "uar": score(0.7, None, None)}
    classes = {"negative": {"f1": 0.5}, "surprise": {"f1": None}}
    return {**part, "uf1": score(uf1, uf1 - 0.1, uf1 + 0.1), "ece": 0.05, "per_class": classes}


@pytest.fixture
def results():
    compared = {
        "control": "linear",
        "metric": "uf1",
        "difference": 0.1,
        "interval": {"low": -0.02, "high": 0.22},
    }
    return {
        "data": {
            "origin": "synthetic flow",
            "synthetic": True,
            "clips": 20,
            "subjects": 4,
            "labels": ["negative", "surprise"],
        },
        "protocol": {"title": "leave one subject out", "folds": ["a", "b"], "asked": 20},
        "bootstrap": {"draws": 2000, "level": 0.95},
        "notes": ["Mind the gap."],
        "systems": {
            "linear": {
                "control": True,
                "uses_folds": True,
                "scores": {"all": scores(0.6), "smic": scores(0.5, 8)},
            },
            "ours": {
                "control": False,
                "uses_folds": True,
                "scores": {"all": scores(0.7), "smic": scores(0.4, 8)},
            },
        },
        "label_ceiling": {
            "generator": "9.9",
            "accuracy": 0.95,
            "uf1": 0.8,
            "uar": 0.9,
            "f1": {"negative": 0.85, "surprise": 0.75},
        },
        "comparisons": [{"system": "ours", "p": 0.0, **compared}, {"system": "ours", "p": 0.1, **compared}],
    }


def text(shown):
    console = Console(file=io.StringIO(), width=80)
    console.print(shown)
    return console.file.getvalue()


def test_a_row_for_each_system_and_part_fits_80_columns(results):
    lines = text(report.table(results)).splitlines()
    rows = [" ".join(line.split()) for line in lines]
    assert "linear .900 .600 [.500, .700] .700 [-, -] .050" in rows
    assert rows.index("all (20)") < rows.index("smic (8)")
    assert sum(row.startswith("ours ") for row in rows) == 2
    assert rows.index("label ceiling .950 .800 .900") < rows.index("smic (8)")


def test_seven_classes_of_six_systems_and_their_ceiling_fit_80_columns(results):
    one, emotions = results["systems"]["ours"], [f"emotion_{i}" for i in range(7)]
    one["scores"]["all"]["per_class"] = {name: {"f1": 0.5} for name in emotions}
    results["data"]["labels"], results["label_ceiling"]["f1"] = emotions, dict.fromkeys(emotions, 0.5)
    results["systems"] = {f"{name}_of_long_name": one for name in "abcdef"}
    shown = text(report.per_class(results))
    assert shown.count(".500") == 7 * 7 and "…" not in shown


def test_the_comparison_names_the_control_and_does_not_boast_of_p(results):
    [table] = report.comparisons(results)
    shown = text(table)
    assert "against linear" in shown and "+.100 [-.020, +.220]" in shown
    assert [line.split()[-1] for line in shown.splitlines() if "ours" in line] == ["<.001", ".100"]
    assert report.comparisons({**results, "comparisons": []}) == []


def test_each_control_that_others_are_compared_with_has_a_table(results):
    other = {**results["comparisons"][0], "control": "linear (synthetic)"}
    first, second = report.comparisons({**results, "comparisons": [*results["comparisons"], other]})
    assert first.row_count == 2 and second.row_count == 1
    assert "against linear (synthetic)" in text(second)


def test_controls_of_synthetic_training_are_explained(results):
    words = "Controls marked (synthetic) were trained on synthetic flow alone"
    assert words not in " ".join(report.sentences(results))
    results["systems"]["linear (synthetic)"] = {**results["systems"]["linear"], "uses_folds": False}
    assert words in " ".join(report.sentences(results))


def test_a_class_without_a_score_is_a_dash(results):
    assert " ".join(text(report.per_class(results)).split()).endswith(
        "linear .500 - ours .500 - ceiling .850 .750"
    )


def test_a_synthetic_score_stands_beside_published_ones(results):
    said = " ".join(report.sentences(results))
    assert "Synthetic flow: 20 clips of 4 subjects, 2 classes. Leave one subject out (2 folds, 20" in said
    assert (
        "Mind the gap." in said
        and "UF1 0.70 to 0.74" in said
        and "spotting F1 on real long videos is 0.39" in said
    )
    assert "Ceiling of the 2 synthetic labels (generator 9.9): accuracy .950, UF1 .800" in said
    assert "share of the ceiling: linear 75 %, ours 88 %." in said


def test_another_version_of_the_generator_has_no_known_ceiling(results):
    results["label_ceiling"] = None
    said = " ".join(report.sentences(results))
    assert "label ceiling is not known" in said and "0.39" in said
    assert "ceiling" not in text(report.table(results)) + text(report.per_class(results))


def test_a_real_score_has_no_ceiling_and_no_caveat(results):
    results["data"]["synthetic"], results["label_ceiling"] = False, None
    said = " ".join(report.sentences(results))
    assert not any(word in said for word in ("The clips are synthetic", "eiling", "0.39"))
