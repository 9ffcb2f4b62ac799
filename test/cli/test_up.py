"""``mer up``: the options of the launch files, and a clean end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mer_ros.cli.main import app
from mer_ros.graph.options import GraphOptions

ROOT = Path(__file__).resolve().parents[2]


def test_every_option_of_the_graph_is_an_option_of_the_command() -> None:
    shown = CliRunner().invoke(app, ["up", "--help"], env={"COLUMNS": "200"}).output
    for f in fields(GraphOptions):
        assert f"--{f.name.replace('_', '-')}" in shown


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--device", "gpu"], "auto, cpu, cuda"),
        (["--image", "my topic"], "not a valid ROS topic"),
        (["--params-file", "/no/such.yaml"], "/no/such.yaml"),
        (["--model", "nobody"], "contains linear_prototype, me_plan, micro_attention, prototype"),
        (["--camera", "file:/no/such.avi"], "/no/such.avi"),
    ],
)
def test_invalid_options_are_one_sentence_before_any_node_starts(arguments: list[str], words: str) -> None:
    done = subprocess.run(
        _mer("up", *arguments),
        capture_output=True,
        text=True,
        env=_environment(),
    )
    assert done.returncode == 2 and done.stdout == ""
    assert words in done.stderr and len(done.stderr.splitlines()) == 1


def test_an_option_that_equals_its_default_counts_as_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls: list[object] = []

    def nodes(options: GraphOptions, **more: object) -> list[object]:
        calls.append((options, more["given"]))
        return []

    monkeypatch.setattr("mer_ros.graph.description.node_specs", nodes)
    CliRunner().invoke(app, ["up", "--model", "linear_prototype", "--autostart"])
    assert calls == [(GraphOptions(), {"model", "autostart"})]


def _mer(*arguments: str) -> list[str]:
    return [sys.executable, "-c", "from mer_ros.cli.main import main; main()", *arguments]


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}


@pytest.fixture
def running() -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        _mer("up", "--no-autostart", "--local-only", "--camera", "synthetic:1"),
        stdout=subprocess.PIPE,
        text=True,
        env=_environment(),
    )
    yield process
    process.kill()
    process.wait()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_stops_and_reaps_all_children(running: subprocess.Popen[str], number: int) -> None:
    assert running.stdout is not None
    waiting: set[str] = set()
    watchdog = threading.Timer(100, running.kill)
    watchdog.start()
    for line in running.stdout:
        if "must activate this node" in line:
            waiting.add(line.partition("]")[0].lstrip("["))
        if len(waiting) == 4:
            break
    assert waiting == {"camera", "face_tracker", "classifier", "explainer"}
    children = Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text().split()
    assert len(children) == 4
    running.send_signal(number)
    assert running.wait(60) == 0
    running.stdout.close()
    watchdog.cancel()
    assert not any(Path(f"/proc/{pid}").exists() for pid in children)
