"""A node is created, spun and shut down: exit codes and messages, never a traceback."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mer_ros.graph.processes import USAGE_ERROR

Run = Callable[..., "subprocess.CompletedProcess[str]"]

FAILING = """
import os, signal
from mer_ros.nodes.base import MerLifecycleNode

class Failing(MerLifecycleNode):
    NAME = "camera"

    def __init__(self):
        super().__init__()
        self.calls = 0
        self.create_timer(0.01, self.tick)

    def tick(self):
        self.calls += 1
        {action}
"""


@pytest.mark.parametrize(
    "number", [signal.SIGINT, signal.SIGTERM], ids=["fault_63_sigint", "fault_63_sigterm"]
)
def test_a_signal_ends_an_active_node_with_exit_code_0_and_no_traceback(
    number: int, start: Callable[..., Any], ramp: Path
) -> None:
    node = start("camera", "-p", f"source:=file:{ramp}")
    node.wait_line("active")
    assert node.end(number) == 0
    assert "Traceback" not in node.text


def test_a_signal_while_the_node_is_created_ends_with_exit_code_0(tmp_path: Path, run_node_at: Run) -> None:
    slow = (
        "import os, rclpy, signal\n"
        "def Slow():\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "    while rclpy.ok(): pass\n"
        "    raise RuntimeError('the context is invalid')\n"
    )
    (tmp_path / "slow_node.py").write_text(slow)
    done = run_node_at("slow_node:Slow", tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_fault_93_a_signal_while_a_node_configures_itself_ends_the_process_at_once(
    tmp_path: Path, run_node_at: Run
) -> None:
    """Also if the node never returns, as an import of a large package on a slow disk does not for long."""
    slow = (
        "import os, signal, threading, time\n"
        "from mer_ros.nodes.base import MerLifecycleNode\n"
        "class Slow(MerLifecycleNode):\n"
        "    NAME = 'camera'\n"
        "    def configure(self):\n"
        "        threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()\n"
        "        time.sleep(200)\n"
    )
    (tmp_path / "slow_node.py").write_text(slow)
    done = run_node_at("slow_node:Slow", tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_each_node_of_a_process_has_a_thread_of_its_own(tmp_path: Path, run_nodes_at: Run) -> None:
    code = (
        "import os, signal, time\n"
        "from mer_ros.nodes.base import MerLifecycleNode\n"
        "class Blocked(MerLifecycleNode):\n"
        "    NAME = 'classifier'\n"
        "    def configure(self):\n"
        "        time.sleep(200)\n"
        "class Working(MerLifecycleNode):\n"
        "    NAME = 'explainer'\n"
        "    def activate(self):\n"
        "        self.create_timer(1.0, self.tick)\n"
        "    def tick(self):\n"
        "        os.kill(os.getpid(), signal.SIGTERM)\n"
    )
    (tmp_path / "pair.py").write_text(code)
    done = run_nodes_at(("pair:Blocked", "pair:Working"), tmp_path)
    assert done.returncode == 0 and "[explainer]: active" in done.stderr
    assert "Traceback" not in done.stderr


def test_exit_handlers_run_at_a_clean_end(tmp_path: Path, run_node_at: Run) -> None:
    code = (
        "import atexit, os, signal\n"
        "from mer_ros.nodes.base import MerLifecycleNode\n"
        "atexit.register(print, 'released')\n"
        "class Brief(MerLifecycleNode):\n"
        "    NAME = 'explainer'\n"
        "    def configure(self):\n"
        "        os.kill(os.getpid(), signal.SIGINT)\n"
    )
    (tmp_path / "brief.py").write_text(code)
    done = run_node_at("brief:Brief", tmp_path)
    assert (done.returncode, done.stdout) == (0, "released\n")


def test_any_exception_while_the_node_is_created_is_one_sentence(tmp_path: Path, run_node_at: Run) -> None:
    (tmp_path / "odd_node.py").write_text("def Odd():\n    raise OSError('no space left')\n")
    done = run_node_at("odd_node:Odd", tmp_path)
    assert done.returncode == 1 and done.stderr == "OSError: no space left\n"


def test_a_command_line_that_ros_cannot_read_is_one_sentence_and_exit_code_2(
    start: Callable[..., Any],
) -> None:
    node = start("camera", "-p", "no colon here")
    assert node.wait() == 2
    assert "The command line is invalid" in node.text and "Traceback" not in node.text


def test_a_params_file_that_is_no_yaml_is_exit_code_2_which_no_restart_follows(
    start: Callable[..., Any], tmp_path: Path
) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("/**/camera:\n  ros__parameters: {fps: [1.0\n")
    node = start("camera", "--params-file", str(path))
    assert node.wait() == USAGE_ERROR
    [line] = node.lines
    assert line.startswith(f"params_file '{path}' is no valid YAML (line 3, column 1")


def test_fault_62_a_wrong_type_for_a_parameter_of_ros_itself_is_one_sentence_and_exit_code_2(
    start: Callable[..., Any],
) -> None:
    node = start("classifier", "-p", "use_sim_time:=5")
    assert node.wait() == 2
    assert "use_sim_time" in node.text and "Traceback" not in node.text
    assert len([line for line in node.lines if "command line is invalid" in line]) == 1


def test_fault_57_five_failures_of_the_executor_in_a_row_end_the_process(
    tmp_path: Path, run_node_at: Run
) -> None:
    (tmp_path / "failing_node.py").write_text(FAILING.format(action="raise ValueError(f'call {self.calls}')"))
    done = run_node_at("failing_node:Failing", tmp_path)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert done.stderr.count("ValueError: call ") >= 5 and "ValueError: call 5" in done.stderr


def test_fault_57_a_callback_that_succeeds_in_between_keeps_the_process_running(
    tmp_path: Path, run_node_at: Run
) -> None:
    action = (
        "if self.calls == 24:\n            os.kill(os.getpid(), signal.SIGINT)\n"
        "        elif self.calls % 4:\n            raise ValueError(f'call {self.calls}')"
    )
    (tmp_path / "failing_node.py").write_text(FAILING.format(action=action))
    done = run_node_at("failing_node:Failing", tmp_path)
    assert done.returncode == 0 and "Traceback" not in done.stderr
    assert done.stderr.count("ValueError: call ") == 18, "three of four calls fail"
