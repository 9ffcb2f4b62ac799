"""A tiny real run: the loss falls, the file comes back with the same answers, the command says what came."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
import torch
from typer import Typer
from typer.testing import CliRunner

from mer_ros.cli.train import train
from mer_ros.data.synthetic.ceiling import label_ceiling
from mer_ros.errors import ConfigError
from mer_ros.metrics import accuracy, uf1
from mer_ros.recognition import Recogniser, checkpoint, create
from mer_ros.recognition.model_files import model_id
from mer_ros.recognition.sample import InputSpec
from mer_ros.training import run as run_module
from mer_ros.training import train_system
from mer_ros.training.config import OptimiserConfig, TrainConfig
from mer_ros.training.families import networks
from mer_ros.training.samples import synthetic_samples
from mer_ros.training.trainer import Trainer, Watch
from mer_ros.types import EMOTIONS

NARROW = {"widths": [8, 16, 16, 32], "depths": [1, 1, 1, 1]}
MODELS = {
    "micro_attention": {"backbone": NARROW},
    "prototype": {"backbone": NARROW, "size": 24, "decoder_width": 16},
}


def tiny(system: str, **optimiser) -> TrainConfig:
    options = OptimiserConfig(**{"epochs": 3, "batch": 16, "learning_rate": 3e-3, **optimiser})
    return TrainConfig(
        system, MODELS[system], InputSpec("flow", 24), options, samples=160, validation_samples=80
    )


@pytest.fixture(scope="module")
def sets():
    """Made once: finding the fields of two hundred subjects takes seconds."""
    return synthetic_samples(160, 80, 0, InputSpec("flow", 24))


@pytest.fixture(scope="module", params=sorted(MODELS))
def trained(request, sets, tmp_path_factory):
    out = tmp_path_factory.mktemp("models") / f"{request.param}.safetensors"
    epochs, steps = [], []
    watch = Watch(lambda *step: steps.append(step), epochs.append)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(networks, "samples_for", lambda *_: sets)
        return request.param, run_module.run(tiny(request.param), out, "cpu", watch), epochs, steps


def test_the_loss_falls_and_it_learns_more_than_chance(trained):
    _, result, epochs, steps = trained
    assert epochs[-1].loss < 0.9 * epochs[0].loss
    assert accuracy(result.validation) > 1.5 / len(EMOTIONS)
    assert [step[0] for step in steps] == list(range(1, 31)) and steps[-1][1] == 30


def test_the_file_comes_back_with_the_same_scores(trained, sets):
    name, result, _, _ = trained
    loaded = checkpoint.load(result.path)
    assert loaded.model_id == result.model_id and loaded.card.labels == EMOTIONS
    summary = loaded.card.training
    assert summary["scores"]["test"]["uf1"] == pytest.approx(float(uf1(result.test)), abs=1e-4)
    assert summary["label_ceiling"] == label_ceiling().figures()
    assert summary["generator"] and summary["seed"] == 0 and {"epoch": summary["epoch"]} == result.chosen
    assert loaded.card.calibration.temperature > 0
    assert (loaded.card.calibration.rejection_distance > 0) == (name == "prototype")
    with torch.inference_mode():
        answers = Recogniser(loaded).answer(sets.test.data).logits.argmax(1).numpy()
    right = (answers == sets.test.labels.numpy()).mean()
    assert right == pytest.approx(accuracy(result.test), abs=0.02)  # half precision may turn a close call


def test_the_same_seed_gives_the_same_weights(tmp_path, sets, monkeypatch):
    monkeypatch.setattr(networks, "samples_for", lambda *_: sets)
    config = tiny("prototype", epochs=1)
    ids = [run_module.run(config, tmp_path / "same.safetensors", "cpu").model_id for _ in range(2)]
    assert ids[0] == ids[1]


def test_73_a_run_killed_in_its_first_stage_ends_with_the_same_bytes(tmp_path, sets, monkeypatch):
    monkeypatch.setattr(networks, "samples_for", lambda *_: sets)
    monkeypatch.setattr(networks, "macro_samples", lambda *_: sets)
    config, steps = replace(tiny("micro_attention", epochs=1), macro_epochs=2), []

    def killed(*step):
        steps.append(step)
        if len(steps) == 15:  # in the second of its macro epochs, of ten steps each
            raise KeyboardInterrupt

    whole, broken = tmp_path / "whole" / "m.safetensors", tmp_path / "broken" / "m.safetensors"
    for out in (whole, broken):
        out.parent.mkdir()
    run_module.run(config, whole, "cpu")
    with pytest.raises(KeyboardInterrupt):
        run_module.run(config, broken, "cpu", Watch(killed))
    assert [p.name for p in broken.parent.iterdir()] == [".m.micro-macro.unfinished"]
    steps.clear()
    run_module.run(config, broken, "cpu", Watch(lambda *step: steps.append(step)))
    assert len(steps) == 20 and broken.read_bytes() == whole.read_bytes()
    assert [p.name for p in broken.parent.iterdir()] == ["m.safetensors"]


def test_patience_ends_a_run_that_does_not_get_better(monkeypatch, sets):
    system = create("micro_attention", MODELS["micro_attention"])
    trainer = Trainer(system, OptimiserConfig(epochs=9, patience=2, batch=16))
    monkeypatch.setattr(
        trainer, "logits", lambda data: torch.eye(7)[torch.zeros(len(data), dtype=torch.long)]
    )
    assert [epoch.best for epoch in trainer.fit(sets.train, sets.validation)] == [True, False, False]


@pytest.mark.parametrize("batch", [32, 40, 80, 160])  # 5, 4, 2 and 1 steps in all
def test_a_run_of_a_few_steps_has_a_schedule_too(sets, batch):
    system = create("micro_attention", MODELS["micro_attention"])
    options = OptimiserConfig(epochs=1, batch=batch)
    assert len(Trainer(system, options).fit(sets.train, sets.validation)) == 1


def command(*arguments: str):
    app = Typer(pretty_exceptions_enable=False)
    app.command()(train)
    return CliRunner().invoke(app, arguments)


def test_the_command_trains_and_says_what_it_made(tmp_path):
    settings = tmp_path / "tiny.yaml"
    settings.write_text(
        "system: prototype\n"
        "model: {size: 24, decoder_width: 16, backbone: {widths: [8, 8, 8, 8], depths: [1, 1, 1, 1]}}\n"
        "input: {size: 24}\nvalidation_samples: 40\noptimiser: {batch: 16}\n"
    )
    out = tmp_path / "mine.safetensors"
    done = command(
        "--data", "synthetic", "--model", "prototype", "--config", str(settings), "--out", str(out),
        "--epochs", "1", "--samples", "32", "--seed", "4", "--device", "cpu",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    for expected in (
        "epoch  1 of 1",
        "F1 contempt",
        "UF1",
        "ceiling",
        "0.39",
        "0.74",
        model_id(out),
        "MB",
    ):
        assert expected in done.output
    assert max(map(len, done.output.splitlines()[:-1])) <= 80
    assert checkpoint.load(out).card.training["seed"] == 4


@pytest.mark.parametrize("out", ["missing/x.safetensors", "x.pt", "folder.safetensors"])
def test_74_an_unwritable_output_is_refused_before_training(tmp_path, out, monkeypatch):
    (tmp_path / "folder.safetensors").mkdir()
    monkeypatch.setattr(networks, "samples_for", lambda *_: pytest.fail("training began"))
    done = command("--out", str(tmp_path / out))
    assert isinstance(done.exception, ConfigError) and "The output" in str(done.exception)
    with pytest.raises(ConfigError, match="The output"):
        run_module.run(tiny("prototype"), tmp_path / out)


def test_other_data_is_refused(tmp_path):
    done = command("--data", "casme2", "--out", str(tmp_path / "x.safetensors"))
    assert done.exit_code == 2 and "casme2" in done.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--root", "here"), "no folder"),
        (("--data", "megc-flow"), "needs --root"),
        (("--data", "megc-flow", "--root", "here", "--samples", "99"), "own but --samples is 99"),
        (("--model", "small", "--epochs", "3"), "--epochs is 3 but 'small' learns in none"),
        (("--model", "lbp_top", "--epochs", "8"), "--epochs is 8 but 'lbp_top' learns in none"),
        (("--model", "elcbp", "--device", "cuda"), "is cuda but 'elcbp' is computed on the processor"),
        (("--model", "small", "--tensorboard", "runs"), "'small' learns in none"),
    ],
)
def test_options_that_do_not_go_together_are_one_sentence(arguments, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = command(*arguments, "--out", "x.safetensors")
    assert isinstance(done.exception, ConfigError) and said in str(done.exception)
    assert "\n" not in str(done.exception) and not list(tmp_path.iterdir())


def test_the_settings_alone_are_enough_and_a_folder_trains_with_one_command(tmp_path, monkeypatch):
    from mer_ros.data.synthetic_folder import FolderPart, write_synthetic_folder

    parts = (FolderPart("casme2", 5, (10, 6, 6)), FolderPart("smic", 4, (8, 6, 6)), FolderPart("samm", 4, (8, 6, 6)))
    folder = write_synthetic_folder(tmp_path / "megc", parts=parts)
    settings = tmp_path / "mine.yaml"
    settings.write_text(
        "system: micro_attention\nmodel: {backbone: {widths: [8, 8, 8, 8], depths: [1, 1, 1, 1]}}\n"
        "input: {size: 24}\noptimiser: {batch: 16, epochs: 1}\n"
    )
    monkeypatch.chdir(tmp_path)
    done = command(
        "--config", str(settings), "--data", "megc-flow", "--root", str(folder),
        "--device", "cpu", "--tensorboard", str(tmp_path / "runs"),
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    card = checkpoint.load(tmp_path / "trained" / "mine.safetensors").card
    assert card.labels == ("negative", "positive", "surprise") and "F1 positive" in done.output
    assert card.training["scores"]["test"] and len(list((tmp_path / "runs").iterdir())) == 1


def test_the_summary_counts_what_was_used(trained):
    _, result, _, _ = trained
    assert result.test.sum() == 80 and np.isfinite(result.seconds)


def test_scores_as_json_by_hand():
    confusion = np.zeros((7, 7), np.int64)
    confusion[:3, :3] = [[2, 1, 0], [1, 1, 0], [0, 1, 0]]  # four emotions neither shown nor answered
    scores = train_system.scores_of(confusion)
    assert scores["accuracy"] == 0.5 and scores["uar"] == pytest.approx((2 / 3 + 1 / 2 + 0) / 3, abs=1e-4)
    assert list(scores["f1"].values()) == [0.6667, 0.4, 0, 0, 0, 0, 0]
    assert scores["uf1"] == pytest.approx((4 / 6 + 2 / 5) / 7, abs=1e-4)


def test_71_a_faulty_folder_ends_with_its_faults_and_not_with_a_model(tmp_path):
    from mer_ros.data.synthetic_folder import SHEET, FolderPart, write_synthetic_folder

    folder = write_synthetic_folder(tmp_path / "megc", parts=(FolderPart("casme2", 2, (3, 2, 2)),))
    lines = (folder / SHEET).read_text().splitlines()
    (folder / SHEET).write_text("\n".join([*lines, lines[1]]) + "\n")
    out = tmp_path / "mine.safetensors"
    code = "from mer_ros.cli.main import main; main()"
    arguments = ["train", "--data", "megc-flow", "--root", str(folder), "--out", str(out)]
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 2 and "row 9: it names the same clip as row 2" in done.stderr
    assert "Traceback" not in done.stderr and not out.exists()
