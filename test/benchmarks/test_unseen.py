"""The bench of the unseen generator: what counts as behind, and its rows from predictions."""

from __future__ import annotations

import csv

import pytest

from benchmarks.unseen import behind, confusions, default_model, figures_of
from mer_ros.evaluation.bootstrap import Comparison, ConfidenceInterval
from mer_ros.types import EMOTIONS


@pytest.mark.parametrize(
    ("difference", "p", "expected"), [(-0.02, 0.01, True), (-0.02, 0.2, False), (0.02, 0.01, False)]
)
def test_behind_means_by_more_than_chance(difference, p, expected):
    assert behind(Comparison(difference, ConfidenceInterval(-1, 1), p)) is expected


def test_rows_come_from_the_predictions_of_an_evaluation(tmp_path):
    """One system is always right and `linear` never: 40 subjects with one clip of each emotion."""
    path = tmp_path / "predictions.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        sheet = csv.writer(file)
        sheet.writerow(["system", "subject", "dataset", "truth", "label"])
        for system, shift in (("linear", 1), ("good", 0)):
            for subject in range(40):
                for k, emotion in enumerate(EMOTIONS):
                    answer = EMOTIONS[(k + shift) % len(EMOTIONS)]
                    sheet.writerow([system, subject, "parametric rough", emotion, answer])
    found = confusions(path)
    assert found["good"].shape == (40, 7, 7) and found["linear"].trace(axis1=1, axis2=2).sum() == 0
    score = {"value": 0.5, "low": 0.4, "high": 0.6}
    results = {
        "systems": {name: {"control": name == "linear", "scores": {"all": {"uf1": score}}} for name in found}
    }
    rows = figures_of(results, found, "good")
    assert [row.name for row in rows] == ["linear", "good", "good: lead over linear"]
    assert rows[-1].value == pytest.approx(1.0) and rows[-1].met is True


def test_the_default_is_that_of_the_classifier():
    assert default_model() == "linear_prototype"
