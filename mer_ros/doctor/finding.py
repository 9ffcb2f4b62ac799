"""One line of the report."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Word(str, Enum):
    """How a check ended; written as a word, because colour and signs are lost on a screen reader."""

    OK = "ok"
    NOTE = "note"
    FIX = "FIX"


@dataclass(frozen=True)
class Finding:
    """What one check found.

    what: the thing that was looked at. found: what is there. do: what to do about it; empty when it is ok.
    """

    word: Word
    what: str
    found: str
    do: str = ""

    def __str__(self) -> str:
        return f"{self.word.value:<5}{self.what}: {self.found}." + (f" {self.do}." if self.do else "")


def ok(what: str, found: str) -> Finding:
    """As it should be."""
    return Finding(Word.OK, what, found)


def note(what: str, found: str, do: str = "") -> Finding:
    """Works, with a limit that is good to know."""
    return Finding(Word.NOTE, what, found, do)


def fix(what: str, found: str, do: str) -> Finding:
    """Does not work until something is done."""
    return Finding(Word.FIX, what, found, do)
