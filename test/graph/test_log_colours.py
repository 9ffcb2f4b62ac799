"""No colour codes in a file, also where a node has a terminal of its own; colours on a terminal."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from mer_ros.graph import log_colours
from mer_ros.graph.description import node_specs
from mer_ros.graph.options import GraphOptions

ROOT = Path(__file__).resolve().parents[2]
CODE = "from mer_ros.graph import log_colours; import sys; print(log_colours.variables(), file=sys.stderr)"


@pytest.mark.parametrize("terminal", [True, False])
def test_codes_are_switched_off_unless_the_output_is_a_terminal(terminal: bool, tmp_path: Path) -> None:
    master, slave = pty.openpty()
    with open(tmp_path / "log.txt", "w") as file:
        done = subprocess.run(
            [sys.executable, "-c", CODE],
            stdout=slave if terminal else file,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
    os.close(master)
    os.close(slave)
    assert done.stderr == ("{}\n" if terminal else "{'RCUTILS_COLORIZED_OUTPUT': '0'}\n")


def test_every_node_of_the_graph_gets_the_setting() -> None:
    options = GraphOptions(camera="synthetic:1")
    assert all(log_colours.variables().items() <= spec.env.items() for spec in node_specs(options))


@pytest.mark.parametrize("requested", ["", "1"])
def test_a_node_with_a_terminal_of_its_own_as_under_launch_writes_no_codes(requested: str) -> None:
    """The environment of the user requests colours; the output of launch is a file."""
    environ = {**os.environ, log_colours.VARIABLE: requested, **log_colours.variables()}
    master, slave = pty.openpty()
    arguments = [sys.executable, "-m", "mer_ros.nodes.executables", "camera", "--ros-args"]
    arguments += ["-p", "source:=file:/no/such.mp4", "-r", "__ns:=/colours"]
    process = subprocess.Popen(arguments, stdout=slave, stderr=slave, cwd=ROOT, env=environ)
    os.close(slave)
    text = b""
    while b"configure failed" not in text:
        text += os.read(master, 4096)
    process.terminate()
    assert process.wait(60) == 0
    os.close(master)
    assert b"[ERROR]" in text and b"\x1b[" not in text
