"""The start of the command: a signal during its imports ends it without a traceback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

SLOW = """
import os, sys, time
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == "typer":
            os.kill(os.getpid(), {number})
            time.sleep(20)
sys.meta_path.insert(0, Finder())
sys.argv = ["mer", *{arguments!r}]
from mer_ros.cli.entry import main
main()
"""


def _run(code: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env, timeout=100)


@pytest.mark.parametrize(
    ("arguments", "number", "code"),
    [
        (["up", "--direct"], signal.SIGINT, 0),
        (["up"], signal.SIGTERM, 0),
        (["train"], signal.SIGINT, 130),
        ([], signal.SIGINT, 130),
    ],
)
def test_fault_93_a_signal_during_the_imports_of_a_command_ends_it_at_once(
    arguments: list[str], number: int, code: int
) -> None:
    done = _run(SLOW.format(number=int(number), arguments=arguments))
    assert (done.returncode, done.stdout, done.stderr) == (code, "", "")


def test_the_entry_imports_nothing_slow_before_it_handles_signals() -> None:
    heavy = "{'typer', 'click', 'rich', 'numpy', 'rclpy'}"
    done = _run(f"import sys, mer_ros.cli.entry; print({heavy} & {{m.split('.')[0] for m in sys.modules}})")
    assert done.stdout.strip() == "set()", done.stderr


def test_a_command_that_runs_to_its_end_is_interrupted_as_usual() -> None:
    code = """
import os, signal, sys
import mer_ros.cli.main as command
def interrupted():
    try:
        os.kill(os.getpid(), signal.SIGINT)
    except KeyboardInterrupt:
        print("KeyboardInterrupt")
command.main = interrupted
sys.argv = ["mer", "train"]
from mer_ros.cli.entry import main
main()
"""
    done = _run(code)
    assert (done.returncode, done.stdout) == (0, "KeyboardInterrupt\n"), done.stderr
