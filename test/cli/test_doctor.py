from __future__ import annotations

import pytest
from typer.testing import CliRunner

from mer_ros.cli.main import app
from mer_ros.doctor import finding, gather


@pytest.mark.parametrize(
    ("findings", "status", "last"),
    [
        ([finding.ok("CPU", "2 cores"), finding.note("cameras", "none")], 0, "Nothing to fix."),
        ([finding.ok("CPU", "2 cores"), finding.fix("models", "none", "Train one")], 1, "1 to fix."),
    ],
)
def test_the_exit_status_says_whether_anything_is_to_be_fixed(monkeypatch, findings, status, last):
    monkeypatch.setattr(gather, "examine", lambda listen_s: iter(findings))
    result = CliRunner().invoke(app, ["doctor"])
    assert result.exit_code == status
    lines = result.stdout.splitlines()
    assert lines[:-1] == [str(f) for f in findings]
    assert lines[-1] == last
