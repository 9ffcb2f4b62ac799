"""All checks together: their order, their trials and the probe; one more check is one line."""

from __future__ import annotations

from dataclasses import replace

import pytest
from typer.testing import CliRunner

from mer_ros.cli.main import app
from mer_ros.doctor import examination
from mer_ros.doctor.catalogue import CHECKS
from mer_ros.doctor.check import Check
from mer_ros.doctor.examination import examine
from mer_ros.doctor.finding import note
from mer_ros.doctor.trial import Trial

SPEAKERS = Check(
    lambda facts: [note("speakers", f"{facts.trials['speakers'].answer}, {facts.versions['typer']}")],
    packages=("typer",),
    trial="print('two speakers')",
)


@pytest.fixture
def machine(facts, monkeypatch):
    """Replace this machine with one without problems; the actions on it, in order."""
    done = []

    def run(arguments):
        done.append("trial")
        return Trial(True, "compiled")

    def probe(listen_s):
        done.append(f"probe {listen_s:g} s")
        return facts.probe, facts.graph

    before = replace(facts, trials={}, graph=None)
    monkeypatch.setattr(examination, "gather", lambda packages: before)
    monkeypatch.setattr(examination, "run", run)
    monkeypatch.setattr(examination, "probe_graph", probe)
    return done


def test_the_report_is_in_the_order_of_the_catalogue_and_the_graph_is_probed_last(machine):
    subjects = [finding.subject for finding in examine(3.0)]
    assert subjects == [
        "Python",
        "CPU",
        "OpenCV",
        "mediapipe",
        "torch",
        "models",
        "models",
        "ROS 2",
        "mer_interfaces",
        "shared-memory profile",
        "shared memory",
        "camera /camera/image_raw",
    ]
    assert machine == ["trial"] * 3 + ["probe 3 s"]


def test_without_a_graph_only_ros_is_reported(machine, monkeypatch):
    monkeypatch.setattr(examination, "probe_graph", lambda listen_s: (Trial(False, "no rclpy"), None))
    assert [finding.subject for finding in examine(3.0)][5:] == ["models", "models", "ROS 2"]


def test_a_check_is_added_by_one_line(monkeypatch, facts):
    """Its package is looked up, its trial runs, and its finding is in the report of ``mer doctor``."""
    monkeypatch.setattr(examination, "probe_graph", lambda listen_s: (facts.probe, facts.graph))
    monkeypatch.setattr(CHECKS, "places", {"cpu": CHECKS.places["cpu"]})
    monkeypatch.setitem(CHECKS.places, "speakers", f"{__name__}:SPEAKERS")
    result = CliRunner().invoke(app, ["doctor"])
    assert result.exit_code == 0, result.output
    cpu, speakers, last = result.stdout.splitlines()
    assert "CPU" in cpu and last == "Nothing to fix."
    assert speakers.startswith("note speakers: two speakers, ")
