"""`mer evaluate --robustness`."""

from __future__ import annotations

import csv
import json

import pytest
from recorded_sets import write_casme2
from typer import Typer
from typer.testing import CliRunner

from mer_ros.cli.evaluate import evaluate
from mer_ros.errors import ConfigError
from mer_ros.recognition import checkpoint, create
from mer_ros.recognition.checkpoint import ModelCard
from mer_ros.recognition.sample import InputSpec
from mer_ros.types import EMOTIONS


def command(*arguments):
    app = Typer(pretty_exceptions_enable=False)
    app.command()(evaluate)
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "seven.safetensors"
    card = ModelCard("linear", EMOTIONS, InputSpec("flow", 28))
    return path, checkpoint.save(path, create("linear", {}), card)


def test_a_finished_model_is_scored_on_corrupted_frames_and_the_report_has_its_curve(model, tmp_path):
    path, model_id = model
    root, out = write_casme2(tmp_path / "set"), tmp_path / "out"
    options = ("--data", "casme2", "--root", root, "--labels", "three", "--cache", tmp_path / "cache")
    done = command(*options, "--protocol", "2-fold", "--checkpoint", path, "--device", "cpu", "--robustness",
                   "--corruptions", "jpeg, contrast", "--out", out)  # fmt: skip
    assert done.exit_code == 0, done.output
    found = json.loads((out / "results.json").read_text())
    own = found["robustness"]
    assert own["clips"] == 4 and list(own["clean"]) == [model_id]
    assert [curve["corruption"] for curve in own["curves"]] == ["jpeg", "contrast"]
    assert all(len(curve["uf1"]) == 5 for curve in own["curves"])
    with (out / "scores.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["part"] == "JPEG"]
    assert [(row["system"], row["score"]) for row in rows] == [(model_id, "uf1_mean"), (model_id, "uf1_kept")]
    report = (out / "report.html").read_text()
    assert "UF1 of 4 clips under 2 corruptions" in report and 'id="robustness"' in report
    assert "Share of the clean UF1 that is kept" in " ".join(done.output.split())
    assert "units" in found and found["units"]["by_unit"]["AU12"]["clips"] == 2


@pytest.mark.parametrize(
    ("system", "settings", "kind"),
    [
        ("me_plan", {"backbone": {"widths": [8, 8, 8, 8], "depths": [1, 1, 1, 1]}}, "sequence"),
        ("lbp_sip", {}, "clip"),
    ],
)
def test_models_that_read_clips_or_sequences_are_scored_too(system, settings, kind, tmp_path):
    path, root = tmp_path / "seven.safetensors", write_casme2(tmp_path / "set")
    spec = InputSpec(kind, 28 if kind == "sequence" else 128)
    model_id = checkpoint.save(path, create(system, settings), ModelCard(system, EMOTIONS, spec))
    done = command("--data", "casme2", "--root", root, "--labels", "three", "--cache", tmp_path / "cache",
                   "--protocol", "2-fold", "--checkpoint", path, "--device", "cpu", "--robustness",
                   "--corruptions", "frame_rate", "--out", tmp_path / "out")  # fmt: skip
    assert done.exit_code == 0, done.output
    own = json.loads((tmp_path / "out" / "results.json").read_text())["robustness"]
    assert list(own["clean"]) == [model_id] and len(own["curves"][0]["uf1"]) == 5


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--robustness",), "scores a finished model: give it with --checkpoint"),
        (("--corruptions", "jpeg"), "--corruptions is jpeg without --robustness"),
        (("--robustness", "--corruptions", "rain", "--checkpoint", "{}"), "No corruption is named 'rain'"),
        (
            ("--robustness", "--checkpoint", "{}", "--data", "megc-flow", "--root", "x"),
            "--robustness corrupts frames, but --data megc-flow holds only flow",
        ),
    ],
)
def test_mistakes_are_one_sentence_before_anything_is_done(arguments, says, model, tmp_path):
    given = [argument.format(model[0]) for argument in arguments]
    done = command("--out", tmp_path / "out", *given)
    assert isinstance(done.exception, ConfigError) and says in str(done.exception)
    assert "\n" not in str(done.exception) and not (tmp_path / "out").exists()
