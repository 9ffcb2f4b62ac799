"""One run of `mer up` as `benchmarks.launch` starts it: nodes, memory, and signals at any moment."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from benchmarks.free_domain import free_domain
from benchmarks.launch_run import NODES, Up

ESCALATION_S = 5.0  # from a signal until the supervisor sends a stronger one


def catches_sigterm(pid: int) -> bool:
    """Whether a process has a handler for SIGTERM, which Python has none for by itself."""
    rows = dict(row.split(":", 1) for row in Path(f"/proc/{pid}/status").read_text().splitlines())
    return bool(int(rows["SigCgt"], 16) >> (signal.SIGTERM - 1) & 1)


@pytest.mark.parametrize("delay_s", [0.0, 0.1, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0])
def test_fault_93_ctrl_c_at_any_moment_ends_mer_up_with_exit_code_0(delay_s: float) -> None:
    """delay_s: after the command's handlers are there; while Python starts, no program can have any."""
    with Up("--camera", "synthetic:1", "--fps", "60", domain=free_domain()) as run:
        while not catches_sigterm(run.process.pid) and run.process.poll() is None:
            time.sleep(0.005)
        time.sleep(delay_s)
        code, end_s = run.interrupt()
        assert (code, run.pids()) == (0, {}), run.text
    assert end_s < ESCALATION_S and "Traceback" not in run.text, run.text


def test_a_run_knows_its_processes_and_their_memory() -> None:
    with Up(domain=free_domain()) as run:
        since_s = run.active_s(NODES) - run.started_s
        assert 0 < since_s < 120
        assert os.path.exists(f"/proc/{run.pid_of('recogniser')}")
        sizes = run.memory_mb()
        assert set(sizes) == {"mer", "face_tracker", "recogniser"}
        assert 100 < sizes["recogniser"] < 1000
        with pytest.raises(RuntimeError, match="no active nobody"):
            run.interrupt()
            run.active_s(["nobody"])
    assert run.pids() == {}
