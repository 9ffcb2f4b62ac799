"""What each rule costs and prevents on recordings: two rows for each, from a short rendered one."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import pytest

from benchmarks import real_rule_costs
from benchmarks.real_rule_costs import rule_costs
from mer_ros import SourceOptions, open_source
from mer_ros.face.regions import MOTION_GROUPS
from mer_ros.spotting.rejection import REASONS


def test_every_rule_has_two_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(real_rule_costs, "REASONS", REASONS[:2])
    path = tmp_path / "short.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 30, (640, 480))
    source = open_source("synthetic:1", SourceOptions(fps=30, n_events=1))
    for _, image in islice(source.timed_frames(), 100):
        writer.write(image)
    writer.release()
    source.close()
    rows = list(rule_costs([path], path, [np.full((len(MOTION_GROUPS), 2), 0.02)]))
    assert [row.name for row in rows] == [
        f"rule {reason}: {what}" for reason in REASONS[:2] for what in ("costs", "prevents")
    ]
    assert all(row.value == int(row.value) for row in rows)
    assert "of 3 found" in (rows[0].note or "")
