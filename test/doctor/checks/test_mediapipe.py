from __future__ import annotations

from dataclasses import replace

import pytest

from mer_ros.doctor.checks.mediapipe import CHECK
from mer_ros.doctor.finding import Status
from mer_ros.doctor.trial import Trial
from mer_ros.files import share_dir

WORKS, BROKEN = Trial(True, ""), Trial(False, "ImportError: no such thing")


@pytest.mark.parametrize(
    ("change", "trial", "status"),
    [({}, WORKS, Status.OK), ({}, BROKEN, Status.FIX), ({"mediapipe": None}, WORKS, Status.FIX)],
)
def test_mediapipe_has_its_solutions(with_versions, change, trial, status):
    (finding,) = CHECK.judge(replace(with_versions(change), trials={"mediapipe": trial}))
    assert finding.status is status


@pytest.mark.parametrize("processor", ["x86_64", "aarch64"])
def test_the_remedy_names_the_pinned_mediapipe(facts, processor):
    lines = (share_dir() / "requirements" / "runtime.txt").read_text(encoding="utf-8").splitlines()
    pins = [line.partition("#")[0] for line in lines if line.startswith("mediapipe==")]
    fits = [pin for pin in pins if ('== "aarch64"' in pin) == (processor == "aarch64")]
    (finding,) = CHECK.judge(replace(facts, processor=processor, trials={"mediapipe": BROKEN}))
    assert [pin.partition(";")[0] for pin in fits] == [finding.remedy.rpartition(" ")[2].rstrip("'")]
