"""The start of a node's process: signals and faulty installations before rclpy is imported."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def test_the_executables_import_nothing_heavy_before_signals_are_handled(run_python: Run) -> None:
    heavy = "{'rclpy', 'numpy', 'cv2', 'torch', 'mediapipe'}"
    done = run_python(
        f"import sys, mer_ros.nodes.executables; print({heavy} & {{m.split('.')[0] for m in sys.modules}})"
    )
    assert done.stdout.strip() == "set()", done.stderr


@pytest.mark.parametrize(
    "number", [signal.SIGINT, signal.SIGTERM], ids=["fault_63_sigint", "fault_63_sigterm"]
)
def test_a_signal_during_imports_ends_with_exit_code_0_and_no_output(
    number: int, tmp_path: Path, run_node_at: Run
) -> None:
    slow = f"import os, time\nos.kill(os.getpid(), {int(number)})\ntime.sleep(20)\n"
    (tmp_path / "slow_node.py").write_text(slow)
    done = run_node_at("slow_node:Slow", tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_module_that_cannot_be_imported_is_one_sentence(tmp_path: Path, run_node_at: Run) -> None:
    (tmp_path / "broken_node.py").write_text("import no_such_package\n")
    done = run_node_at("broken_node:Broken", tmp_path)
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1
    assert "no_such_package" in done.stderr and "mer doctor" in done.stderr
