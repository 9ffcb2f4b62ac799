"""The page that lists several analysed recordings: ``index.html`` above their folders."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mer_ros.errors import quantity
from mer_ros.reports.analysis_folder import AnalysisOutcome
from mer_ros.reports.analysis_page import DISCLAIMER, REPORT
from mer_ros.reports.html import Block, Link, Page, Section, Table

INDEX = "index.html"


def write(outcomes: Sequence[AnalysisOutcome], out: Path) -> None:
    """Write the page. ConfigError where it cannot be written."""
    page(outcomes).write(out / INDEX, "analyse fewer recordings at once")


def page(outcomes: Sequence[AnalysisOutcome]) -> Page:
    """The page. outcomes: in the order in which they are listed."""
    done = [one for one in outcomes if not one.failure]
    failed = [one for one in outcomes if one.failure]
    events = sum(one.events for one in done)
    minutes = sum(one.duration_s for one in done) / 60
    lead = f"{quantity(events, 'event')} in {quantity(len(done), 'recording')}, {minutes:.1f} minutes."
    if failed:
        lead += f" {quantity(len(failed), 'other recording')} could not be analysed."
    return Page(
        f"Facial movements in {quantity(len(outcomes), 'recording')}",
        [lead, DISCLAIMER],
        [
            Section("Recordings", [_recordings(done)] if done else []),
            Section("Not analysed", [_failures(failed)] if failed else []),
        ],
    )


def _recordings(outcomes: Sequence[AnalysisOutcome]) -> Block:
    rows = [
        [
            Link(one.recording.name, f"{one.recording.folder}/{REPORT}"),
            f"{one.duration_s:.1f} s",
            f"{one.fps:.4g} Hz",
            quantity(one.faces, "face"),
            quantity(one.events, "event"),
            ", ".join(f"{n} {label}" for label, n in one.labels.items()) or "-",
            " ".join(filter(None, ("" if one.faces else "No face.", one.ended_by))),
        ]
        for one in outcomes
    ]
    header = ["recording", "length", "frame rate", "faces", "events", "labels of the first model", "remark"]
    return Table("Analysed recordings, with their pages", header, rows, numbers=False)


def _failures(outcomes: Sequence[AnalysisOutcome]) -> Block:
    rows = [[one.recording.name, one.failure] for one in outcomes]
    return Table("Recordings without a page, with the reason", ["recording", "reason"], rows, numbers=False)
