from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pytest
from recorded_sets import write_casme2, write_samm
from typer import Typer
from typer.testing import CliRunner

from mer_ros.cli.evaluate import _synthetic_controls, evaluate
from mer_ros.data import synthetic
from mer_ros.data.synthetic.ceiling import label_ceiling
from mer_ros.data.synthetic_folder import SHEET, FolderPart, write_synthetic_folder
from mer_ros.errors import ConfigError, DataError
from mer_ros.evaluation.entrants import synthetic_controls
from mer_ros.recognition import checkpoint, create
from mer_ros.recognition.checkpoint import ModelCard
from mer_ros.recognition.sample import InputSpec
from mer_ros.types import EMOTIONS

PARTS = (
    FolderPart("casme2", 3, (6, 4, 4)),
    FolderPart("smic", 2, (5, 3, 3)),
    FolderPart("samm", 2, (5, 3, 3)),
)
TINY = (
    "system: prototype\n"
    "model: {size: 24, decoder_width: 16, backbone: {widths: [8, 8, 16, 16], depths: [1, 1, 1, 1]}}\n"
    "input: {size: 24}\noptimiser: {batch: 16}\n"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_synthetic_folder(tmp_path_factory.mktemp("data") / "megc", parts=PARTS)


def command(*arguments):
    app = Typer(pretty_exceptions_enable=False)
    app.command()(evaluate)
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def predictions(out):
    with (out / "predictions.csv").open() as file:
        return list(csv.DictReader(file))


def test_a_network_and_the_controls_on_a_folder(folder, tmp_path):
    settings, out = tmp_path / "tiny.yaml", tmp_path / "out"
    settings.write_text(TINY)
    arguments = (
        *("--data", "megc-flow", "--root", folder, "--protocol", "megc2019", "--model", "prototype"),
        *("--config", settings, "--epochs", "1", "--device", "cpu", "--threads", "1", "--out", out),
    )
    done = command(*arguments)
    assert done.exit_code == 0, done.output
    for expected in ("prototype", "random_net", "against ", "F1", "casme2 (14)"):
        assert expected in done.output
    words = " ".join(done.output.split())
    assert (
        "36 clips of 7 subjects" in words
        and "The clips are synthetic" in words
        and "Ceiling of the 3 synthetic labels" in words
        and "this one 36 of 7" in words
        and "scaled to 0..255" in words
    )
    found = json.loads((out / "results.json").read_text())
    assert list(found["systems"]) == ["majority", "nearest_mean", "linear", "random_net", "prototype"]
    assert found["systems"]["prototype"]["settings"]["optimiser"]["epochs"] == 1
    np.testing.assert_allclose(
        np.sum(found["label_ceiling"]["confusion_of_likeliest"], 1), np.array([16, 10, 10]) / 36, atol=2e-4
    )
    rows = predictions(out)
    assert len(rows) == 5 * 36 and rows[0]["subject"] == "sub01" and rows[-1]["system"] == "prototype"
    before = (out / "results.json").read_bytes()
    assert command(*arguments).exit_code == 0
    assert (out / "results.json").read_bytes() == before


def contents(out):
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}


def test_a_killed_command_continues_without_repeating_a_fold_and_ends_with_the_same_bytes(folder, tmp_path):
    arguments = [
        "--data",
        "megc-flow",
        "--root",
        str(folder),
        "--model",
        "linear_prototype",
        "--device",
        "cpu",
    ]
    whole = command(*arguments, "--out", tmp_path / "whole")
    assert whole.exit_code == 0, whole.output
    out, started = tmp_path / "killed", "from mer_ros.cli.main import main; main()"
    run = [sys.executable, "-c", started, "evaluate", *arguments, "--workers", "2", "--out", str(out)]
    process = subprocess.Popen(run, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while len(list(out.glob("folds/*/*.json"))) < 5 and process.poll() is None:
        time.sleep(0.001)
    process.kill()
    process.wait()
    finished = {path: path.stat().st_mtime_ns for path in out.glob("folds/*/*.json")}
    assert len(finished) >= 5 and not (out / "report.html").exists()
    done = command(*arguments, "--out", out)
    assert done.exit_code == 0, done.output
    assert {path: path.stat().st_mtime_ns for path in finished} == finished, "a finished fold was repeated"
    assert contents(out) == contents(tmp_path / "whole")
    assert {"report.html", "results.json", "scores.csv", "predictions.csv"} < set(contents(out))


def test_all_scores_are_in_a_table_for_other_programs(folder, tmp_path):
    done = command("--data", "megc-flow", "--root", folder, "--protocol", "3-fold", "--out", tmp_path)
    assert done.exit_code == 0, done.output
    with (tmp_path / "scores.csv").open() as file:
        rows = {(row["system"], row["part"], row["score"]): row for row in csv.DictReader(file)}
    found = json.loads((tmp_path / "results.json").read_text())["systems"]["linear"]["scores"]
    uf1 = rows["linear", "all", "uf1"]
    assert [float(uf1[key]) for key in ("value", "low", "high")] == list(found["all"]["uf1"].values())
    assert uf1["control"] == "true" and uf1["clips"] == "36"
    assert (
        float(rows["linear", "smic", "f1_negative"]["value"]) == found["smic"]["per_class"]["negative"]["f1"]
    )
    assert rows["linear", "all", "ece"]["low"] == ""


def test_the_shipped_settings_for_small_sets_learn_a_small_folder(folder, tmp_path):
    done = command("--data", "megc-flow", "--root", folder, "--protocol", "3-fold", "--model", "small",
                   "--device", "cpu", "--threads", "1", "--out", tmp_path)  # fmt: skip
    assert done.exit_code == 0, done.output
    small = json.loads((tmp_path / "results.json").read_text())["systems"]["small"]
    assert [name.split("@")[0] for name in small["settings"]["starts"]] == [
        "linear_prototype",
        "prototype",
        "micro_attention",
    ]
    assert set(small["chosen"][0]) == {"temperature", *(f"strength_{i}" for i in (1, 2, 3, 4))}
    rows = [row for row in predictions(tmp_path) if row["system"] == "small"]
    right = sum(row["truth"] == row["label"] for row in rows)
    assert len(rows) == 36 and right > 18, f"{right} right; the most frequent class alone has 16 of 36"


def test_a_finished_checkpoint_of_seven_emotions_on_three_classes(folder, tmp_path):
    path = tmp_path / "seven.safetensors"
    backbone = {"widths": [8, 8, 8, 8], "depths": [1, 1, 1, 1]}
    system = create("micro_attention", {"backbone": backbone})
    model_id = checkpoint.save(path, system, ModelCard("micro_attention", EMOTIONS, InputSpec("flow", 24)))
    done = command("--data", "megc-flow", "--root", folder, "--protocol", "3-fold", "--checkpoint", path,
                   "--device", "cpu", "--out", tmp_path / "out")  # fmt: skip
    assert done.exit_code == 0, done.output
    found = json.loads((tmp_path / "out" / "results.json").read_text())
    assert not found["systems"][model_id]["control"]
    assert list(found["systems"][model_id]["scores"]["all"]["per_class"]) == [
        "negative",
        "positive",
        "surprise",
    ]


@pytest.mark.parametrize("data", ["megc-flow", "synthetic"])
def test_a_checkpoint_of_synthetic_training_stands_beside_readers_of_the_same_flow(
    folder, data, tmp_path, monkeypatch
):
    monkeypatch.setattr(synthetic, "TRAIN_SUBJECTS", synthetic.TRAIN_SUBJECTS[:4])
    monkeypatch.setattr(synthetic_controls.SyntheticFlow.__init__, "__defaults__", (60,))
    path = tmp_path / "seven.safetensors"
    card = ModelCard("linear", EMOTIONS, InputSpec("flow", 28), training={"generator": "2.0"})
    model_id = checkpoint.save(path, create("linear", {}), card)
    options = ("--root", folder) if data == "megc-flow" else ("--samples", "40", "--subjects", "4")
    done = command("--data", data, *options, "--protocol", "3-fold", "--checkpoint", path,
                   "--device", "cpu", "--out", tmp_path / "out")  # fmt: skip
    assert done.exit_code == 0, done.output
    found = json.loads((tmp_path / "out" / "results.json").read_text())
    names = [f"{name} (synthetic)" for name in ("majority", "nearest_mean", "linear")]
    assert list(found["systems"])[4:] == [*names, model_id]
    assert all(found["systems"][name]["control"] for name in names)
    assert found["systems"][names[0]]["settings"]["samples"] == 60
    assert "against linear (synthetic)" in done.output or "against nearest_mean (synthetic)" in done.output


def test_synthetic_clips_have_seven_emotions_and_a_leaky_protocol_is_named(tmp_path):
    done = command("--samples", "90", "--subjects", "6", "--protocol", "samples-70-30", "--out", tmp_path)
    assert done.exit_code == 0, done.output
    words = " ".join(done.output.split())
    assert "Test subjects are also in the training set" in words and "Synthetic flow, generator" in words
    found = json.loads((tmp_path / "results.json").read_text())
    assert found["label_ceiling"] == label_ceiling().figures() and "label ceiling" in done.output
    rows = predictions(tmp_path)
    assert len(rows) == 4 * 27 and {f"p_{emotion}" for emotion in EMOTIONS} < set(rows[0])


def test_systems_that_read_clips_or_images_are_evaluated_on_rendered_clips_with_the_controls(tmp_path):
    grey = tmp_path / "grey.yaml"
    grey.write_text(
        "system: micro_attention_grey\nmodel: {backbone: {widths: [8, 8, 8, 8]}}\n"
        "input: {kind: apex, size: 32}\noptimiser: {epochs: 1, batch: 4}\n"
    )
    done = command("--model", f"lbp_top,lbp_sip,{grey}", "--samples", "12", "--subjects", "3",
                   "--protocol", "3-fold", "--device", "cpu", "--out", tmp_path)  # fmt: skip
    assert done.exit_code == 0, done.output
    words = " ".join(done.output.split())
    assert "Rendered clips, generator" in words and "show one photograph" in words
    assert "rendering" in words and "label ceiling" in words
    found = json.loads((tmp_path / "results.json").read_text())
    assert list(found["systems"])[-3:] == ["lbp_top", "lbp_sip", "grey"] and found["data"]["clips"] == 12
    assert len(predictions(tmp_path)) == 7 * 12


def test_clips_are_not_rendered_for_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").touch()
    done = command("--model", "lbp_top", "--samples", "12", "--subjects", "3", "--out", tmp_path / "file")
    assert isinstance(done.exception, ConfigError) and "file is not writable" in str(done.exception)
    assert "rendering" not in done.output


def test_a_faulty_folder_is_listed_and_nothing_is_written(folder, tmp_path):
    bad = tmp_path / "bad"
    bad.mkdir()
    text = (folder / SHEET).read_text().replace("casme2,sub01,EP01_01f,0", "casme2,sub01,../../EP01_01f,0")
    (bad / SHEET).write_text(text.replace("samm,001,001_1_1,0", "samm,001,001_1_1,5"))
    done = command("--data", "megc-flow", "--root", bad, "--out", tmp_path / "out")
    assert isinstance(done.exception, DataError)
    lines = str(done.exception).splitlines()
    assert "36 faults" in lines[0] and len(lines) == 37
    assert "row 2: filename_o '../../EP01_01f'" in lines[1]
    assert any("label is '5'" in line for line in lines)
    assert not (tmp_path / "out").exists()


def test_a_folder_of_another_evaluation_is_refused_before_samples_are_generated(tmp_path):
    arguments = ("--samples", "40", "--subjects", "4", "--protocol", "3-fold", "--out", tmp_path)
    assert command(*arguments).exit_code == 0
    done = command(*arguments, "--seed", "1")
    assert isinstance(done.exception, ConfigError) and "from another evaluation" in str(done.exception)
    assert done.output == ""


def test_a_folder_of_flow_images_is_refused_for_a_system_that_reads_clips(folder, tmp_path):
    done = command("--data", "megc-flow", "--root", folder, "--model", "lbp_top", "--out", tmp_path / "out")
    assert isinstance(done.exception, DataError) and "no input of kind 'clip'" in str(done.exception)
    assert "\n" not in str(done.exception) and not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        (("--protocol", "lottery"), ConfigError, "No protocol is named 'lottery'"),
        (("--model", "oracle"), ConfigError, "No recognition system is named 'oracle'"),
        (("--model", "prototype,micro_attention", "--config", "x.yaml"), ConfigError, "name one system"),
        (("--data", "megc-flow"), ConfigError, "needs --root"),
        (("--data", "megc-flow", "--root", "nowhere"), DataError, "There is no folder nowhere"),
        (
            ("--data", "megc-flow", "--root", "x", "--subjects", "9"),
            ConfigError,
            "read from x, not generated, but --subjects is 9: omit",
        ),
        (("--root", "somewhere"), ConfigError, "--data synthetic is generated, not read from a folder"),
        (("--epochs", "3"), ConfigError, "--model is 'controls': name a network"),
        (
            ("--model", "small", "--epochs", "3"),
            ConfigError,
            "--epochs is 3, but 'small' is not trained in epochs",
        ),
        (
            ("--model", "lbp_top", "--epochs", "8"),
            ConfigError,
            "--epochs is 8, but 'lbp_top' is not trained in epochs",
        ),
        (("--model", "elcbp", "--device", "cuda"), ConfigError, "is cuda, but 'elcbp' is computed on the"),
        (("--protocol", "leave-dataset-out"), DataError, "found only 'synthetic'"),
        (("--subjects", "401"), ConfigError, "2 to 400 subjects"),
    ],
)
def test_mistakes_are_one_sentence_before_anything_is_done(arguments, error, says, tmp_path):
    few = () if "megc-flow" in arguments else ("--samples", "20", "--subjects", "4")
    done = command(*few, "--out", tmp_path / "out", *arguments)
    assert isinstance(done.exception, error) and says in str(done.exception), done.exception
    assert "\n" not in str(done.exception) and not (tmp_path / "out").exists()


def test_annotated_frames_of_several_data_sets_are_evaluated_together(tmp_path):
    write_casme2(tmp_path / "casme2")
    write_samm(tmp_path / "samm")
    out, cache = tmp_path / "out", tmp_path / "cache"
    arguments = ("--data", "casme2,samm", "--root", tmp_path, "--cache", cache, "--out", out)
    done = command(*arguments, "--protocol", "leave-dataset-out")
    assert done.exit_code == 0, done.output
    found = json.loads((out / "results.json").read_text())
    assert found["data"]["labels"] == ["negative", "positive", "surprise"]
    assert {row["dataset"] for row in predictions(out)} == {"casme2", "samm"}
    assert any(note.startswith("casme2: The annotations are those of") for note in found["notes"])


def test_one_data_set_is_trained_on_and_another_tested(folder, tmp_path):
    there = ("--data", "megc-flow", "--root", folder, "--train-on", "casme2", "--test-on", "SAMM")
    done = command(*there, "--out", tmp_path / "there")
    assert done.exit_code == 0, done.output
    found = json.loads((tmp_path / "there" / "results.json").read_text())
    assert found["protocol"]["folds"] == ["casme2 to samm"] and found["protocol"]["asked"] == 11
    assert {row["dataset"] for row in predictions(tmp_path / "there")} == {"samm"}


def test_hde_reports_the_mean_of_its_folds(folder, tmp_path):
    done = command("--data", "megc-flow", "--root", folder, "--protocol", "HDE", "--out", tmp_path)
    assert done.exit_code == 0, done.output
    found = json.loads((tmp_path / "results.json").read_text())
    linear = found["systems"]["linear"]
    folds = [linear["scores"][name]["uf1"]["value"] for name in ("casme2", "samm", "smic")]
    assert linear["fold_mean"]["uf1"]["value"] == pytest.approx(np.mean(folds), abs=1e-5)
    with (tmp_path / "scores.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["part"] == "mean of the folds"]
    assert {row["score"] for row in rows} == {"accuracy", "macro_f1", "uf1", "uar"}
    assert "mean of the 3 folds" in done.output
    page = (tmp_path / "report.html").read_text()
    assert "Mean of the scores of the folds (casme2, samm, smic)" in page


def test_faults_of_annotated_frames_leave_nothing_behind(tmp_path):
    write_casme2(tmp_path / "set")
    shutil.rmtree(tmp_path / "set" / "CASME2-RAW" / "sub01")
    out, cache = tmp_path / "out", tmp_path / "cache"
    done = command("--data", "casme2", "--root", tmp_path / "set", "--cache", cache, "--out", out)
    assert done.exit_code != 0 and isinstance(done.exception, DataError)
    assert "row 2: 1/EP02_01f: there is no folder of frames 'sub01/EP02_01f'" in str(done.exception)
    assert not out.exists() and not cache.exists()


def test_controls_of_synthetic_training_stand_beside_real_clips_with_fitting_classes(make_clips):
    real = make_clips()
    names = [one.name for one in _synthetic_controls(real, None)]
    assert names == ["majority (synthetic)", "nearest_mean (synthetic)", "linear (synthetic)"]
    assert _synthetic_controls(replace(real, synthetic=True), None) == []
    assert _synthetic_controls(replace(real, labels=("happiness", "repression", "others")), None) == []
