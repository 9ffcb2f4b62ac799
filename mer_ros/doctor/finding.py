"""One line of the report."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

SET_UP = "run 'make setup' in the checkout and '. scripts/env.sh'"
"""The remedy for a package that is missing or does not work."""


class Status(str, Enum):
    """Result of a check; written as a word, because a screen reader does not read colours and signs."""

    OK = "ok"
    NOTE = "note"
    FIX = "FIX"


@dataclass(frozen=True)
class Finding:
    """What one check found.

    subject: what was checked. found: its state. remedy: what to do about it; empty if nothing is to be done.
    """

    status: Status
    subject: str
    found: str
    remedy: str = ""

    def __str__(self) -> str:
        remedy = f" {self.remedy}." if self.remedy else ""
        return f"{self.status.value:<5}{self.subject}: {self.found}.{remedy}"


def ok(subject: str, found: str) -> Finding:
    """As it should be."""
    return Finding(Status.OK, subject, found)


def note(subject: str, found: str, remedy: str = "") -> Finding:
    """Works, with a limit that is good to know."""
    return Finding(Status.NOTE, subject, found, remedy)


def fix(subject: str, found: str, remedy: str) -> Finding:
    """Does not work until something is done."""
    return Finding(Status.FIX, subject, found, remedy)
