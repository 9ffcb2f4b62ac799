"""The first moments of a node: Ctrl-C and a broken installation before anything is there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
START = "from mer_ros.nodes.base.entry import run_process; raise SystemExit(run_process({!r}))"


def run(code: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(folder), str(ROOT), os.environ.get("PYTHONPATH", "")])
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": path},
    )


def test_the_executables_import_nothing_heavy_before_signals_are_handled() -> None:
    heavy = "{'rclpy', 'numpy', 'cv2', 'torch', 'mediapipe'}"
    code = f"import sys, mer_ros.nodes.executables; print({heavy} & {{m.split('.')[0] for m in sys.modules}})"
    done = run(code)
    assert done.stdout.strip() == "set()", done.stderr


@pytest.mark.parametrize(
    "number", [signal.SIGINT, signal.SIGTERM], ids=["fault_63_sigint", "fault_63_sigterm"]
)
def test_a_signal_during_imports_ends_with_0_and_without_a_word(number: int, tmp_path: Path) -> None:
    slow = f"import os, time\nos.kill(os.getpid(), {int(number)})\ntime.sleep(20)\n"
    (tmp_path / "slow_node.py").write_text(slow)
    done = run(
        START.format("slow_node:Slow"),
        tmp_path,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_signal_while_the_node_is_made_ends_with_0(tmp_path: Path) -> None:
    slow = (
        "import os, rclpy, signal\n"
        "def Slow():\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "    while rclpy.ok(): pass\n"
        "    raise RuntimeError('the context is gone')\n"
    )
    (tmp_path / "slow_node.py").write_text(slow)
    done = run(
        START.format("slow_node:Slow"),
        tmp_path,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_module_that_cannot_be_imported_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "broken_node.py").write_text("import no_such_package\n")
    done = run(
        START.format("broken_node:Broken"),
        tmp_path,
    )
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1
    assert "no_such_package" in done.stderr and "mer doctor" in done.stderr


def test_fault_62_a_wrong_type_for_a_parameter_of_ros_itself_is_one_sentence_and_exit_code_2(
    start: Callable[..., Any],
) -> None:
    node = start("classifier", "-p", "use_sim_time:=5")
    assert node.wait() == 2
    assert "use_sim_time" in node.text and "Traceback" not in node.text
    assert len([line for line in node.lines if "command line cannot be used" in line]) == 1


def test_whatever_the_making_of_a_node_raises_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "odd_node.py").write_text("def Odd():\n    raise OSError('the disk sulks')\n")
    done = run(
        START.format("odd_node:Odd"),
        tmp_path,
    )
    assert done.returncode == 1 and done.stderr == "OSError: the disk sulks\n"
