"""Progress of long tasks: the protocol to which they report, and which progress bars implement."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar

T = TypeVar("T")


class Progress(Protocol):
    """Receives the progress of named tasks. Methods must return quickly and must not raise.

    The name identifies a task. Tasks may be nested or run one after the other, and a name may be reused.
    """

    def started(self, task: str, total: float | None = None) -> None:
        """A task has started. total: its amount of work in any unit, None while unknown."""

    def advanced(self, task: str, done: float, note: str = "") -> None:
        """``done`` of ``total`` of a started task is finished. note: its state as text, such as a loss."""

    def finished(self, task: str) -> None:
        """A started task is complete."""


class Silent:
    """Ignores all progress."""

    def started(self, task: str, total: float | None = None) -> None:
        """See ``Progress``."""

    def advanced(self, task: str, done: float, note: str = "") -> None:
        """See ``Progress``."""

    def finished(self, task: str) -> None:
        """See ``Progress``."""


SILENT = Silent()


class Part:
    """Reports the progress of a subtask as part of one task of its parent.

    The finished share of each task of the subtask advances the parent's task from ``start`` to
    ``start + span``. Example: the training in fold 3 of 10 advances the task "prototype" of the evaluation
    from 3 to 4: ``Part(parent, "prototype", 3, 1)``.
    """

    def __init__(self, parent: Progress, task: str, start: float, span: float = 1.0) -> None:
        self._parent, self._task, self._start, self._span = parent, task, start, span
        self._totals: dict[str, float] = {}

    def started(self, task: str, total: float | None = None) -> None:
        """See ``Progress``."""
        if total:
            self._totals[task] = total

    def advanced(self, task: str, done: float, note: str = "") -> None:
        """See ``Progress``."""
        total = self._totals.get(task)
        if total:
            self._parent.advanced(self._task, self._start + self._span * min(done / total, 1.0), note)

    def finished(self, task: str) -> None:
        """See ``Progress``."""
        self._totals.pop(task, None)


class Summed:
    """Reports several tasks as one task of its parent, whose work is the sum of theirs.

    The finished share of each task counts 1. Example: four networks trained at the same time advance the task
    "casme2" from 0 to 4: ``Summed(parent, "casme2", 4)``.
    """

    def __init__(self, parent: Progress, task: str, total: float) -> None:
        self._parent, self._task, self._total = parent, task, total
        self._totals: dict[str, float] = {}
        self._shares: dict[str, float] = {}
        parent.started(task, total)

    def started(self, task: str, total: float | None = None) -> None:
        """See ``Progress``."""
        self._totals[task] = total or 1.0
        self._shares[task] = 0.0

    def advanced(self, task: str, done: float, note: str = "") -> None:
        """See ``Progress``."""
        self._shares[task] = min(done / self._totals[task], 1.0)
        self._parent.advanced(self._task, sum(self._shares.values()), note)

    def finished(self, task: str) -> None:
        """See ``Progress``."""
        self._shares[task] = 1.0
        done = sum(self._shares.values())
        self._parent.advanced(self._task, done)
        if done >= self._total:
            self._parent.finished(self._task)


def counted(items: Iterable[T], progress: Progress, task: str, total: int) -> Iterator[T]:
    """Yield the items, and report each to ``progress`` when the caller requests the next."""
    progress.started(task, total)
    for number, item in enumerate(items, start=1):
        yield item
        progress.advanced(task, number)
    progress.finished(task)


def counter(progress: Progress, task: str, total: int) -> Callable[[int], None]:
    """Start a task; returns the function to call with the number of finished items, ``total`` to finish."""
    progress.started(task, total)

    def advance(done: int) -> None:
        progress.advanced(task, done)
        if done >= total:
            progress.finished(task)

    return advance
