"""Benchmark results contain the ceiling of the synthetic labels and the best published score."""

from __future__ import annotations

import json

import pytest

from benchmarks import table
from benchmarks.table import Figure, publish
from mer_ros.data.synthetic.ceiling import label_ceiling


@pytest.fixture
def results(tmp_path, monkeypatch):
    monkeypatch.setattr(table, "RESULTS", tmp_path / "results")
    return tmp_path / "results"


def test_the_ceiling_is_in_the_file_and_below_the_table(results, capsys):
    assert publish(
        "one", [Figure("linear", label_ceiling().uf1 / 2, "UF1", note="alone"), Figure("x", 3, "s")]
    )
    stored = json.loads((results / "one.json").read_text())
    assert stored["label_ceiling"] == label_ceiling().figures()
    assert [row["note"] for row in stored["rows"]] == ["50 % of the ceiling; alone", ""]
    said = " ".join(capsys.readouterr().out.split())
    assert "Ceiling of the 7 synthetic labels" in said and "0.39" in said and "0.70 to 0.74" in said


def test_a_row_without_a_goal_has_null_as_its_goal(results, capsys):
    publish("goals", [Figure("x", 3, "s"), Figure("y", 3, "s", "<= 2", met=False)])
    rows = json.loads((results / "goals.json").read_text())["rows"]
    assert [(row["goal"], row["met"]) for row in rows] == [(None, None), ("<= 2", False)]
    assert "None" not in capsys.readouterr().out


@pytest.mark.parametrize("path", sorted(table.RESULTS.glob("*.json")), ids=lambda path: path.stem)
def test_committed_results_have_a_goal_or_null(path):
    rows = json.loads(path.read_text(encoding="utf-8"))["rows"]
    assert rows
    for row in rows:
        assert set(row) == {"name", "value", "unit", "goal", "met", "note"}
        assert (row["goal"] is None) == (row["met"] is None) and row["goal"] != ""


def test_another_ceiling_is_used_unchanged_and_a_missed_goal_is_reported(results):
    other = {**label_ceiling().figures(), "uf1": 0.5}
    figures = [Figure("ours", 0.4, "UF1"), Figure("slow", 9, "s", "< 1", met=False)]
    assert not publish("two", figures, other)
    stored = json.loads((results / "two.json").read_text())
    assert stored["label_ceiling"]["uf1"] == 0.5 and stored["rows"][0]["note"] == "80 % of the ceiling"


def test_rows_that_are_kept_twice_say_of_which_day_they_are_once(results):
    assert table.kept("three", ("x",)) == []
    publish("three", [Figure("linear", 0.4, "UF1"), Figure("x", 3, "s")])
    for _ in range(2):
        kept = table.kept("three", ("x",))
        publish("three", [*kept, Figure("x", 4, "s")])
    stored = {row["name"]: row["note"] for row in json.loads((results / "three.json").read_text())["rows"]}
    assert stored["linear"].count("of the ceiling") == stored["linear"].count("kept from") == 1
    assert stored["x"] == ""


@pytest.mark.parametrize(("words", "code"), [(["nonsense"], 2), (["--help"], 0)])
def test_an_unknown_argument_does_not_start_the_benchmark(words, code, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["bench", *words])
    with pytest.raises(SystemExit) as ended:
        table.no_options("What it measures.")
    assert ended.value.code == code and "usage: bench" in "".join(capsys.readouterr())


def test_without_arguments_it_starts(monkeypatch):
    monkeypatch.setattr("sys.argv", ["bench"])
    table.no_options("What it measures.")
