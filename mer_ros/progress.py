"""One protocol for everything that takes long: work reports to it, and a view draws bars from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar

T = TypeVar("T")


class Progress(Protocol):
    """Receives the progress of named tasks. Methods must return quickly and must not raise.

    A task is known by its name. Tasks may be nested and may run one after the other; a name may start again.
    """

    def started(self, task: str, total: float | None = None) -> None:
        """A task has started. total: its amount of work in any unit, None while unknown."""

    def advanced(self, task: str, done: float, note: str = "") -> None:
        """Of a started task, ``done`` of ``total`` is finished. note: its state in words, such as a loss."""

    def finished(self, task: str) -> None:
        """A started task is complete."""


class Silent:
    """Progress that nobody watches."""

    def started(self, task: str, total: float | None = None) -> None:
        """See ``Progress``."""

    def advanced(self, task: str, done: float, note: str = "") -> None:
        """See ``Progress``."""

    def finished(self, task: str) -> None:
        """See ``Progress``."""


SILENT = Silent()


class Part:
    """The progress of subordinate work as a part of one task of a parent.

    Whatever tasks the work reports, one after the other, the parent's task advances from ``start`` to
    ``start + span`` by the share of them that is done. Example: fold 3 of 10 trains a network; its steps move
    the task "prototype" of the evaluation from 3 to 4 of 10: ``Part(parent, "prototype", 3, 1)``.
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


def counted(items: Iterable[T], progress: Progress, task: str, total: int) -> Iterator[T]:
    """The items, each reported to ``progress`` once the caller is done with it."""
    progress.started(task, total)
    for number, item in enumerate(items, start=1):
        yield item
        progress.advanced(task, number)
    progress.finished(task)


def counter(progress: Progress, task: str, total: int) -> Callable[[int], None]:
    """Start a task; returns what is to be called with the number of finished items. Finishes at ``total``."""
    progress.started(task, total)

    def advance(done: int) -> None:
        progress.advanced(task, done)
        if done >= total:
            progress.finished(task)

    return advance
