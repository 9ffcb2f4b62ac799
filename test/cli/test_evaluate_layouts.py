"""`mer evaluate` on every data set of frames, written in its layout by the test, from sheet to report."""

from __future__ import annotations

import csv
import json

import pytest
from evaluable_sets import WRITERS
from typer import Typer
from typer.testing import CliRunner

from mer_ros.cli.evaluate import evaluate
from mer_ros.cli.system_choice import systems_of
from mer_ros.data import synthetic
from mer_ros.data.datasets import DATASETS
from mer_ros.evaluation.entrants import synthetic_controls
from mer_ros.evaluation.entrants.catalogue import CONTROLS

LAYOUTS = [name for name in DATASETS.names if DATASETS.get(name).schemes]
ALL_ON = "casme2"
"""The layout on which every system is trained; on the others one that reads flow and one that reads clips."""
TWO = "linear_prototype,lbp_sip"


@pytest.fixture(autouse=True)
def few_synthetic_samples(monkeypatch):
    """For the controls of synthetic training."""
    monkeypatch.setattr(synthetic, "TRAIN_SUBJECTS", synthetic.TRAIN_SUBJECTS[:4])
    monkeypatch.setattr(synthetic_controls.SyntheticFlow.__init__, "__defaults__", (60,))


def command(*arguments):
    app = Typer(pretty_exceptions_enable=False)
    app.command()(evaluate)
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.mark.parametrize("name", LAYOUTS)
def test_systems_and_controls_are_scored_on_every_layout(name, tmp_path):
    model = "all" if name == ALL_ON else TWO
    out = tmp_path / "out"
    place = ("--root", WRITERS[name](tmp_path / "set"), "--cache", tmp_path / "cache", "--out", out)
    done = command(
        "--data", name, *place, "--protocol", "subjects-70-30", "--model", model, "--device", "cpu"
    )
    assert done.exit_code == 0, done.output
    systems = systems_of([name]) if model == "all" else TWO.split(",")
    assert len(systems) == (8 if model == "all" else 2)
    found = json.loads((out / "results.json").read_text())
    assert {*CONTROLS.names, *systems} <= set(found["systems"])
    assert found["data"]["clips"] == 8 and found["data"]["subjects"] == 4
    with (out / "predictions.csv").open() as file:
        rows = list(csv.DictReader(file))
    page = (out / "report.html").read_text()
    with (out / "scores.csv").open() as file:
        scored = {row["system"] for row in csv.DictReader(file) if row["score"] == "uf1"}
    for system in (*CONTROLS.names, *systems):
        assert sum(row["system"] == system for row in rows) == 2, "one subject of four is tested"
        assert f">{system}<" in page and system in scored
    assert not list((tmp_path / "set").rglob("*.clip"))
