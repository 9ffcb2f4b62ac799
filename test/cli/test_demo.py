"""Remarks of ``mer demo`` about nodes that were overloaded or failed."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from mer_ros.cli.demo import _errors, remarks
from mer_ros.nodes.tools.demo_observer import GraphFigures


def test_without_overload_there_is_no_remark() -> None:
    assert remarks(GraphFigures(frames_sent=800, rate_hz=30.0, processed=800, ended=True), 30.0) == []


def test_a_rate_that_was_not_sustained_and_dropped_frames_are_reported() -> None:
    camera, tracker = remarks(GraphFigures(rate_hz=48.94, rate_kept=False, queue_drops=3), 600.0)
    assert camera.startswith("camera published 48.9 frames per second instead of 600.0")
    assert tracker.startswith("face_tracker dropped 3 frames, because")


@pytest.mark.parametrize(
    ("code", "line", "found"),
    [
        (None, "working", []),
        (0, "done", []),
        (3, "no torch here", ["classifier: ended with exit code 3: no torch here"]),
        (-9, "", ["classifier: ended with exit code -9: no output"]),
    ],
)
def test_a_node_that_failed_is_named_with_its_last_line(
    code: int | None, line: str, found: list[str]
) -> None:
    supervisor = SimpleNamespace(
        exit_codes=lambda: {"classifier": code}, last_lines=lambda: {"classifier": line}
    )
    errors = {"explainer": "its weights are not here."}
    assert _errors(SimpleNamespace(errors=errors), supervisor) == [
        "explainer: its weights are not here.",
        *found,
    ]
