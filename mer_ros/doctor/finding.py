"""One line of the report."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

SET_UP = "Run 'make setup' in the checkout and '. scripts/env.sh'"
"""Remedy for a package that is missing or does not work."""

UNSET = "Run 'unset PYTHONPATH' and '. scripts/env.sh' in a new terminal"
"""Remedy for packages of another Python in PYTHONPATH."""


class Status(str, Enum):
    """Result of a check, printed as a word, because screen readers do not read colours and symbols."""

    OK = "ok"
    NOTE = "note"
    FIX = "FIX"


@dataclass(frozen=True)
class Finding:
    """The result of one check.

    subject: the checked object. found: its state. remedy: what to do; empty if nothing needs to be done.
    caveat: clause that qualifies "Nothing to fix" in the last line of the report; empty if there is none.
    """

    status: Status
    subject: str
    found: str
    remedy: str = ""
    caveat: str = ""

    def __str__(self) -> str:
        remedy = f" {self.remedy}." if self.remedy else ""
        return f"{self.status.value:<5}{self.subject}: {self.found}.{remedy}"


def ok(subject: str, found: str) -> Finding:
    """A finding without fault."""
    return Finding(Status.OK, subject, found)


def note(subject: str, found: str, remedy: str = "", caveat: str = "") -> Finding:
    """A finding of something that works with a limit."""
    return Finding(Status.NOTE, subject, found, remedy, caveat)


def fix(subject: str, found: str, remedy: str) -> Finding:
    """A finding of something that does not work until the remedy is applied."""
    return Finding(Status.FIX, subject, found, remedy)
