from __future__ import annotations

import os
import pty
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from mer_ros import doctor
from mer_ros.cli.main import app
from mer_ros.doctor import finding


@pytest.mark.parametrize(
    ("findings", "status", "last"),
    [
        ([finding.ok("CPU", "2 cores"), finding.note("cameras", "none")], 0, "Nothing to fix."),
        (
            [finding.note("cameras", "none", caveat="no camera was found: start one")],
            0,
            "Nothing to fix, but no camera was found: start one.",
        ),
        ([finding.ok("CPU", "2 cores"), finding.fix("models", "none", "Train one")], 1, "1 to fix."),
    ],
)
def test_the_exit_status_states_whether_there_is_a_fault(monkeypatch, findings, status, last):
    monkeypatch.setattr(doctor, "examine", lambda listen_s: iter(findings))
    result = CliRunner().invoke(app, ["doctor"])
    assert result.exit_code == status
    lines = result.stdout.splitlines()
    assert lines[:-1] == [str(f) for f in findings]
    assert lines[-1] == last


def test_a_terminal_gets_lines_of_its_width_broken_between_words():
    script = (
        "from mer_ros import doctor; from mer_ros.cli.main import app\n"
        "found = doctor.finding.note('shared memory', 'none here', 'Export one/long_path-to/it')\n"
        "doctor.examine = lambda s: [found]\n"
        "app(['doctor'])"
    )
    master, terminal = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-c", script], stdout=terminal, env=os.environ | {"COLUMNS": "30"}, timeout=250
    )
    os.close(terminal)
    lines = os.read(master, 4096).decode().splitlines()
    os.close(master)
    assert done.returncode == 0
    assert lines == [
        "note shared memory: none here.",
        "     Export",
        "     one/long_path-to/it.",
        "Nothing to fix.",
    ]
