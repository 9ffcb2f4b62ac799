"""`mer evaluate --task spotting` on rendered long videos in the layout of CAS(ME)^2."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
import time

import pytest
from long_sets import SQ_FOLDERS, rendered, write_empty_sq, write_rendered_sq
from typer import Typer
from typer.testing import CliRunner

from mer_ros.cli.evaluate import evaluate
from mer_ros.errors import CheckpointError, ConfigError, DataError
from mer_ros.evaluation.spotters import OURS, SPOTTERS


def command(*arguments):
    app = Typer(pretty_exceptions_enable=False)
    app.command()(evaluate)
    return CliRunner().invoke(app, ["--task", "spotting", *map(str, arguments)])


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return write_rendered_sq(tmp_path_factory.mktemp("sq"))


@pytest.fixture(scope="module")
def whole(root, tmp_path_factory, models_dir):
    """(arguments, output folder, what was printed) of a run in one go."""
    folder = tmp_path_factory.mktemp("whole")
    arguments = ["--data", "casme-sq", "--root", root, "--checkpoint", models_dir / "one.safetensors"]
    arguments += ["--device", "cpu"]
    done = command(*arguments, "--cache", folder / "cache", "--out", folder / "out", "--workers", 1)
    assert done.exit_code == 0, done.output
    return arguments, folder / "out", done.output


def contents(out):
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}


def test_the_expressions_of_long_videos_are_spotted_and_scored(whole):
    _, out, printed = whole
    assert set(contents(out)) == {"report.html", "results.json", "spotted.csv"}
    found = json.loads((out / "results.json").read_text())
    assert list(found["systems"]) == [one.name for one in SPOTTERS]
    n_true = sum(len(rendered(subject)[0]) for subject in (1, 2))
    own = found["systems"][OURS]["scores"]["all"]["overall"]
    assert own["hits"] + own["missed"] == n_true and own["hits"] >= n_true - 1, own
    assert own["apex_error_ms"] < 70 and own["labelled_hits"] == own["hits"]
    words = " ".join(printed.split())
    for expected in (
        "overall [95%]",
        "MDMD causal",
        "STRS",
        "CAS(ME)^2, long videos",
        "2 videos of 2 subjects",
    ):
        assert expected in words
    with (out / "spotted.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["spotter"] == OURS]
    assert sum(row["result"] == "hit" for row in rows) == own["hits"]
    assert all(row["label"] in found["labels"] for row in rows if row["result"] == "hit")


def test_a_killed_command_continues_without_repeating_a_video_and_ends_with_the_same_bytes(whole, tmp_path):
    arguments, out, _ = whole
    cache, killed = tmp_path / "cache", tmp_path / "killed"
    own = [*arguments, "--cache", cache, "--out", killed, "--workers", 1]
    run = [
        sys.executable,
        "-c",
        "from mer_ros.cli.main import main; main()",
        "evaluate",
        "--task",
        "spotting",
    ]
    process = subprocess.Popen([*run, *map(str, own)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while len(list(cache.glob("*/*.spotted"))) < 3 and process.poll() is None:
        time.sleep(0.01)
    process.kill()
    process.wait()
    finished = {path: path.stat().st_mtime_ns for path in cache.glob("*/*.spotted")}
    assert 3 <= len(finished) < 6 and not (killed / "results.json").exists()
    done = command(*own[:-1], 2)
    assert done.exit_code == 0, done.output
    assert {path: path.stat().st_mtime_ns for path in finished} == finished, "a finished video was repeated"
    assert contents(killed) == contents(out)


def test_a_folder_of_another_evaluation_is_refused_before_a_video_is_read(whole, tmp_path):
    arguments, out, _ = whole
    before = contents(out)
    done = command(*arguments, "--cache", tmp_path / "cache", "--out", out, "--seed", 1)
    assert isinstance(done.exception, ConfigError) and "contains another evaluation" in str(done.exception)
    assert contents(out) == before and not (tmp_path / "cache").exists() and done.output == ""


def test_faults_are_listed_and_nothing_is_left_behind(tmp_path):
    root = write_empty_sq(tmp_path / "set")
    shutil.rmtree(root / "rawpic" / SQ_FOLDERS[2, "happy1"])
    done = command(
        "--data", "casme-sq", "--root", root, "--cache", tmp_path / "cache", "--out", tmp_path / "out"
    )
    assert done.exit_code != 0 and isinstance(done.exception, DataError)
    assert "row 4: 2/happy1_1: there is no folder of frames" in str(done.exception)
    assert not (tmp_path / "out").exists() and not (tmp_path / "cache").exists()


def test_frames_that_are_no_images_are_listed_by_video(tmp_path):
    root = write_empty_sq(tmp_path / "set")
    cache = tmp_path / "cache"
    done = command(
        "--data", "casme-sq", "--root", root, "--cache", cache, "--out", tmp_path / "out", "--workers", 1
    )
    assert isinstance(done.exception, DataError)
    lines = str(done.exception).splitlines()
    assert lines[0].startswith("3 of 3 videos cannot be read")
    assert lines[1] == "  1/anger1: 'img1.jpg' is no picture that can be decoded"
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        (
            ("--protocol", "loso"),
            ConfigError,
            "--protocol is loso, which does not apply to --task spotting: omit",
        ),
        (("--labels", "three"), ConfigError, "--labels is three, which does not apply"),
        (("--unseen",), ConfigError, "--unseen is True, which does not apply"),
        (("--epochs", 3), ConfigError, "--epochs is 3, which does not apply"),
        (("--ray", "auto"), ConfigError, "--ray is auto, which does not apply"),
        (("--device", "cpu"), ConfigError, "--device is cpu, but no model labels what is spotted: name one"),
        (("--threads", 2), ConfigError, "--threads is 2, but no model labels what is spotted"),
        (("--model", "controls", "--threads", 2), ConfigError, "--threads is 2, but no model"),
        (("--model", "small", "--device", "cpu", "--threads", 2), CheckpointError, "small"),
        (("--model", "small"), CheckpointError, "small"),
        (("--model", "linear_prototype", "--checkpoint", "x.safetensors"), ConfigError, "omit one of them"),
        (("--checkpoint", "x.safetensors"), CheckpointError, "x.safetensors"),
        (("--data", "casme-sq"), ConfigError, "--data casme-sq needs --root"),
        (("--data", "casme2", "--root", "."), ConfigError, "--data casme2 has no long videos"),
        (("--root", "."), ConfigError, "--data synthetic is generated"),
        (("--data", "casme-sq", "--root", "nowhere"), DataError, "There is no folder nowhere"),
        (("--samples", 2, "--subjects", 3), ConfigError, "a video for each"),
    ],
)
def test_mistakes_are_one_sentence_before_anything_is_done(arguments, error, says, tmp_path):
    done = command("--out", tmp_path / "out", *arguments)
    assert isinstance(done.exception, error) and says in str(done.exception), done.exception
    assert "\n" not in str(done.exception) and not (tmp_path / "out").exists()


def test_an_unknown_task_is_refused(tmp_path):
    done = command("--task", "guessing", "--out", tmp_path / "out")
    assert isinstance(done.exception, ConfigError)
    assert str(done.exception) == "No task is named 'guessing': choose one of recognition, spotting."
