"""The examples run unchanged."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_the_example_explains_the_expressions_of_a_synthetic_clip():
    command = [sys.executable, "examples/explain_expressions.py", "synthetic:2", "--events", "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=110)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines and all("A facial movement of" in line for line in lines)
