"""``mer train``: its file, its output and its refusals."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from recorded_sets import write_casme2
from typer import Typer
from typer.testing import CliRunner

from mer_ros.cli.main import main
from mer_ros.cli.train import train as cli
from mer_ros.data.rendered_clips import RenderedClips
from mer_ros.errors import ConfigError
from mer_ros.progress import SILENT
from mer_ros.recognition import checkpoint
from mer_ros.recognition.model_files import model_id
from mer_ros.training import TrainConfig, train
from mer_ros.training.families import networks


def command(*arguments: str):
    app = Typer(pretty_exceptions_enable=False)
    app.command()(cli)
    return CliRunner().invoke(app, arguments)


def test_training_prints_scores_and_the_file(tmp_path):
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


@pytest.mark.parametrize(
    ("out", "says"),
    [
        ("file/x.safetensors", "is not writable"),
        ("x.pt", "ends in .safetensors"),
        ("folder.safetensors", "ends in .safetensors"),
    ],
)
def test_fault_74_an_unwritable_output_is_refused_before_training(tmp_path, out, says, monkeypatch):
    (tmp_path / "file").touch()
    (tmp_path / "folder.safetensors").mkdir()
    monkeypatch.setattr(networks, "samples_for", lambda *_: pytest.fail("training began"))
    done = command("--out", str(tmp_path / out))
    assert isinstance(done.exception, ConfigError) and says in str(done.exception)
    with pytest.raises(ConfigError, match=says):
        train(TrainConfig("prototype"), tmp_path / out)


def test_other_data_is_refused(tmp_path):
    done = command("--data", "casme9", "--out", str(tmp_path / "x.safetensors"))
    assert done.exit_code == 2 and "casme9" in done.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--root", "here"), "not read from a folder"),
        (("--data", "megc-flow"), "needs --root"),
        (
            ("--data", "megc-flow", "--root", "here", "--samples", "99"),
            "read from here, not generated, but --samples is 99: omit",
        ),
        (("--model", "small", "--epochs", "3"), "--epochs is 3, but 'small' is not trained in epochs"),
        (("--model", "lbp_top", "--epochs", "8"), "--epochs is 8, but 'lbp_top' is not trained in epochs"),
        (("--model", "elcbp", "--device", "cuda"), "is cuda, but 'elcbp' is computed on the CPU only"),
        (("--model", "small", "--tensorboard", "runs"), "'small' is not trained in epochs"),
        (("--labels", "three"), "--labels is three, which applies to annotated frames"),
        (("--data", "casme2", "--root", "here", "--labels", "nine"), "has no classes 'nine'"),
    ],
)
def test_options_that_do_not_go_together_are_one_sentence(arguments, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = command(*arguments, "--out", "x.safetensors")
    assert isinstance(done.exception, ConfigError) and said in str(done.exception)
    assert "\n" not in str(done.exception) and not list(tmp_path.iterdir())


def test_a_settings_file_and_a_folder_are_enough(tmp_path, monkeypatch):
    from mer_ros.data.synthetic_folder import SHEET, FolderPart, write_synthetic_folder

    parts = (
        FolderPart("casme2", 5, (10, 6, 6)),
        FolderPart("smic", 4, (8, 6, 6)),
        FolderPart("samm", 4, (8, 6, 6)),
    )
    folder = write_synthetic_folder(tmp_path / "megc", parts=parts)
    (folder / SHEET).write_text((folder / SHEET).read_text().replace(",", ";"))
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
    assert done.output.startswith("The sheet 'megc_synthetic.csv' is separated by semicolons.")
    card = checkpoint.load(tmp_path / "trained" / "mine.safetensors").card
    assert card.labels == ("negative", "positive", "surprise") and "F1 positive" in done.output
    assert card.training["scores"]["test"] and len(list((tmp_path / "runs").iterdir())) == 1


def test_fault_71_a_faulty_folder_ends_with_its_faults_and_not_with_a_model(tmp_path, monkeypatch, capsys):
    from mer_ros.data.synthetic_folder import SHEET, FolderPart, write_synthetic_folder

    folder = write_synthetic_folder(tmp_path / "megc", parts=(FolderPart("casme2", 2, (3, 2, 2)),))
    lines = (folder / SHEET).read_text().splitlines()
    (folder / SHEET).write_text("\n".join([*lines, lines[1]]) + "\n")
    out = tmp_path / "mine.safetensors"
    arguments = ["mer", "train", "--data", "megc-flow", "--root", str(folder), "--out", str(out)]
    monkeypatch.setattr(sys, "argv", arguments)
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr().err
    assert ended.value.code == 2 and "row 9: it names the same clip as row 2" in said
    assert "Traceback" not in said and not out.exists()


def test_me_plan_is_trained_in_episodes(tmp_path):
    settings, out = tmp_path / "tiny.yaml", tmp_path / "mine.safetensors"
    settings.write_text(
        "system: me_plan\nmodel: {backbone: {widths: [8, 8, 8, 8]}, episode: {shots: 2, queries: 2}}\n"
        "input: {kind: sequence, size: 20}\nsamples: 42\nvalidation_samples: 35\noptimiser: {epochs: 1}\n"
    )
    done = command("--model", "me_plan", "--config", str(settings), "--out", str(out), "--device", "cpu")
    assert done.exit_code == 0, done.output
    for expected in ("epoch  1 of 1", "F1 contempt", "ceiling", "0.39", "0.74", model_id(out)):
        assert expected in done.output


@pytest.mark.parametrize(
    ("stored", "says"), [(True, "the same command resumes"), (False, "nothing is stored")]
)
def test_an_interrupted_command_prints_what_is_stored(stored, says, tmp_path, monkeypatch):
    def stopped(*_):
        if stored:
            (tmp_path / ".mine.micro.unfinished").touch()
        raise KeyboardInterrupt

    monkeypatch.setattr("mer_ros.training.run.train", stopped)
    done = command("--out", str(tmp_path / "mine.safetensors"))
    assert says in done.output and done.exit_code != 0


def sliding_strips(n, subjects, seed, progress=SILENT):
    """Clips (6, 64, 64) in which one of seven strips slides: the label. Nothing is rendered."""
    rng = np.random.default_rng(seed)
    labels, crops = np.arange(n) % 7, []
    for label in labels:
        texture = rng.integers(0, 256, (64, 96), np.uint8)
        rows = slice(9 * label, 9 * label + 9)
        clip = np.stack([texture[:, :64]] * 6)
        for t, frame in enumerate(clip):
            frame[rows] = texture[rows, t : t + 64]
        crops.append(clip)
    who = np.array([subjects[i % len(subjects)] for i in range(n)], np.int64)
    return RenderedClips(tuple(crops), np.zeros((n, 2, 64, 64), np.float32), labels, who)


def test_lbp_top_is_trained_on_rendered_clips(monkeypatch, tmp_path):
    monkeypatch.setattr("mer_ros.data.rendered_clips.rendered_clips", sliding_strips)
    settings = tmp_path / "small.yaml"
    settings.write_text(
        "system: lbp_top\ninput: {kind: clip, size: 64}\nvalidation_samples: 14\n"
        "model: {descriptor: {radii: [1, 1, 1], grid: {rows: 7, columns: 2}, clip: {frames: 6}}}\n"
    )
    out = tmp_path / "mine.safetensors"
    done = command("--model", "lbp_top", "--config", str(settings), "--samples", "28", "--out", str(out))
    assert done.exit_code == 0, done.output
    for expected in ("UF1", "ceiling", "chosen by validation: cost", "one photograph", model_id(out)):
        assert expected in " ".join(done.output.split()), done.output
    assert max(map(len, done.output.splitlines()[:-1])) <= 80


def test_annotated_frames_are_read_with_their_options(monkeypatch, tmp_path):
    root, cache, given = write_casme2(tmp_path / "set"), tmp_path / "cache", []

    def stopped(config, out, device, view, clips):
        given.append(clips)
        raise ConfigError("far enough")

    monkeypatch.setattr("mer_ros.training.run.train", stopped)
    layout = tmp_path / "layout.yaml"
    layout.write_text("casme2:\n  corrections:\n    - {clip: 1/EP02_01f, omit: true}\n")
    done = command(
        "--model", "small", "--data", "casme2", "--root", str(root), "--labels", "three", "--flow",
        "farneback", "--layout", str(layout), "--cache", str(cache), "--out", str(tmp_path / "x.safetensors"),
    )  # fmt: skip
    assert "far enough" in str(done.exception) and "farneback" in given[0].origin
    assert given[0].labels == ("negative", "positive", "surprise") and len(given[0]) == 3
    assert list(cache.rglob("*.clip")) and "Half of the clips last" in done.output
