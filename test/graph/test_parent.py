"""Nodes end with the launch that started them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mer_ros.graph import parent

NODE = """
import time
from mer_ros.graph import parent
parent.follow()
print("ready", flush=True)
time.sleep(60)
"""
LAUNCH = """
import os, subprocess, sys, time
from mer_ros.graph import parent
env = {**os.environ, **parent.variables()} if sys.argv[2] == "follows" else dict(os.environ)
node = subprocess.Popen([sys.executable, "-c", sys.argv[1]], env=env, stdout=subprocess.PIPE, text=True)
print(node.stdout.readline().strip(), node.pid, flush=True)
time.sleep(60)
"""


def runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("follows", [True, False])
def test_fault_95_a_killed_launch_leaves_no_node(follows: bool) -> None:
    launch = subprocess.Popen(
        [sys.executable, "-c", LAUNCH, NODE, "follows" if follows else "alone"],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert launch.stdout is not None
    word, pid = launch.stdout.readline().split()
    assert word == "ready" and runs(int(pid))
    launch.kill()
    launch.wait()
    launch.stdout.close()
    deadline = time.monotonic() + (10.0 if follows else 0.5)
    while runs(int(pid)) and time.monotonic() < deadline:
        time.sleep(0.02)
    left = runs(int(pid))
    if left:
        os.kill(int(pid), signal.SIGKILL)
    assert left == (not follows)


def test_a_node_whose_launch_has_died_before_ends_at_once() -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    env = {**os.environ, parent.VARIABLE: str(gone.pid)}
    ended = subprocess.run([sys.executable, "-c", NODE], env=env, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 0 and ended.stdout == ""
