"""Runs Python code in a separate process, so that a crash of compiled code does not end the doctor."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

TIMEOUT_S = 60.0


@dataclass(frozen=True)
class Trial:
    """Result of a process. worked: it exited with 0. answer: its last line, or the cause of failure."""

    worked: bool
    answer: str


def run(arguments: Sequence[str], timeout_s: float = TIMEOUT_S) -> Trial:
    """Run this Python with arguments such as ["-c", "import cv2"]."""
    try:
        done = subprocess.run(
            [sys.executable, *arguments], capture_output=True, text=True, errors="replace", timeout=timeout_s
        )
    except subprocess.TimeoutExpired:
        return Trial(False, f"no answer within {timeout_s:g} s")
    if done.returncode < 0:
        return Trial(False, f"ended by signal {-done.returncode}")
    lines = (done.stdout if done.returncode == 0 else done.stderr).strip().splitlines()
    return Trial(done.returncode == 0, lines[-1].strip() if lines else f"exit {done.returncode}")
