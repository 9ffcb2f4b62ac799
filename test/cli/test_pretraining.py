"""`mer evaluate --pretrain`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from evaluable_sets import WRITERS
from recorded_faces import FRAMES, write_frames
from typer import Typer
from typer.testing import CliRunner

from mer_ros.cli.evaluate import evaluate
from mer_ros.cli.pretraining import pretraining_request
from mer_ros.data import synthetic
from mer_ros.data.datasets import Request
from mer_ros.data.synthetic_folder import FolderPart, write_synthetic_folder
from mer_ros.errors import ConfigError
from mer_ros.evaluation.entrants import synthetic_controls
from mer_ros.evaluation.entrants.controls import Linear, Majority

TINY = (
    "system: micro_attention\nmodel: {backbone: {widths: [8, 8, 8, 8], depths: [1, 1, 1, 1]}}\n"
    "input: {size: 24}\noptimiser: {batch: 16, epochs: 1}\n"
)


def command(*arguments):
    app = Typer(pretty_exceptions_enable=False)
    app.command()(evaluate)
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_a_network_is_trained_on_another_folder_first_and_the_report_says_so(tmp_path):
    micro = write_synthetic_folder(tmp_path / "micro", parts=(FolderPart("smic", 4, (8, 6, 6)),))
    macro = write_synthetic_folder(tmp_path / "macro", parts=(FolderPart("posed", 5, (10, 8, 8)),), seed=1)
    (tmp_path / "tiny.yaml").write_text(TINY)
    base = ("--data", "megc-flow", "--root", micro, "--protocol", "4-fold", "--model", tmp_path / "tiny.yaml",
            "--device", "cpu")  # fmt: skip
    pretrain = ("--pretrain", "megc-flow", "--pretrain-root", macro)
    done = command(*base, *pretrain, "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    found = json.loads((tmp_path / "out" / "results.json").read_text())
    assert found["data"]["clips"] == 20 and any("Trained first on" in note for note in found["notes"])
    system = found["systems"]["tiny"]
    assert system["settings"]["pretraining"]["clips"] == 26
    assert all(chosen["pretraining_clips"] == 26 for chosen in system["chosen"])
    assert "Trained first on" in (tmp_path / "out" / "report.html").read_text()
    again = command(*base, "--out", tmp_path / "out")
    assert isinstance(again.exception, ConfigError) and "from another evaluation" in str(again.exception)


def test_a_network_is_trained_first_on_a_plain_folder_of_labelled_clips(tmp_path, monkeypatch):
    """Posed clips, with a label more than the evaluated data set has."""
    monkeypatch.setattr(synthetic, "TRAIN_SUBJECTS", synthetic.TRAIN_SUBJECTS[:4])
    monkeypatch.setattr(synthetic_controls.SyntheticFlow.__init__, "__defaults__", (60,))
    posed = WRITERS["folder"](tmp_path / "posed")
    write_frames(posed / "neutral" / "P1_9", [f"{i}.jpg" for i in range(FRAMES)], 1)
    (tmp_path / "tiny.yaml").write_text(TINY)
    done = command("--data", "casme2", "--root", WRITERS["casme2"](tmp_path / "set"), "--cache",
                   tmp_path / "cache", "--protocol", "subjects-70-30", "--model", tmp_path / "tiny.yaml",
                   "--device", "cpu", "--pretrain", "folder", "--pretrain-root", posed,
                   "--out", tmp_path / "out")  # fmt: skip
    assert done.exit_code == 0, done.output
    found = json.loads((tmp_path / "out" / "results.json").read_text())
    [chosen] = found["systems"]["tiny"]["chosen"]
    assert chosen["pretraining_clips"] == 8 and found["data"]["clips"] == 8
    notes = " ".join(found["notes"])
    assert "Trained first on labelled clips" in notes and "1 clip of other classes left out" in notes
    assert "posed: 9 clips have the start of the clip name as subject" in notes


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--pretrain", "mmew-macro", "--pretrain-root", "x"), "--model names none: name a network"),
        (("--pretrain-root", "x"), "--pretrain-root is x without --pretrain"),
        (("--model", "lbp_top", "--pretrain", "mmew-macro"), "'lbp_top' cannot be pretrained"),
        (("--model", "small", "--pretrain", "mmew-macro"), "'small' cannot be pretrained"),
        (("--model", "prototype", "--pretrain", "mmew-macro"), "--pretrain mmew-macro needs --pretrain-root"),
        (("--model", "prototype", "--pretrain", "faces"), "No data set is named 'faces'"),
    ],
)
def test_mistakes_are_one_sentence_before_anything_is_read(arguments, says, tmp_path):
    done = command("--samples", "20", "--subjects", "4", "--out", tmp_path / "out", *arguments)
    assert isinstance(done.exception, ConfigError) and says in str(done.exception)
    assert "\n" not in str(done.exception) and not (tmp_path / "out").exists()


def test_controls_alone_are_not_pretrained_and_nothing_is_opened_without_the_option():
    assert pretraining_request("", None, [Majority()], Request()) == []
    with pytest.raises(ConfigError, match="applies to networks"):
        pretraining_request("mmew-macro", Path("x"), [Majority(), Linear()], Request())
