"""Progress as bars on the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console


class Bars:
    """Progress as bars on the terminal, shown from the start of the first task on.

    words: beside each bar; ``{task.fields[note]}`` is the latest note of the task as in ", 3 events", and
    ``{task.fields[of]}`` its total as in " of 120", both empty if there is none. tasks: listed from the
    beginning, by name, with their total.
    """

    def __init__(self, console: Console, words: str, tasks: Mapping[str, float] | None = None) -> None:
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        self._bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn(words),
            TimeRemainingColumn(),
            console=console,
        )
        self._ids = {
            name: self._bars.add_task(name, total=total, start=False, note="", of=_of(total))
            for name, total in (tasks or {}).items()
        }

    def __enter__(self) -> Bars:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bars.live.is_started:
            self._bars.stop()

    def started(self, task: str, total: float | None = None) -> None:
        """See ``Progress``."""
        self._bars.start()
        if task not in self._ids:
            self._ids[task] = self._bars.add_task(task, total=total, note="", of=_of(total))
        self._bars.update(self._ids[task], total=total, completed=0, note="", of=_of(total))  # may be reused
        self._bars.start_task(self._ids[task])

    def advanced(self, task: str, done: float, note: str = "") -> None:
        """See ``Progress``."""
        self._bars.update(self._ids[task], completed=done, note=f", {note}" if note else "")

    def finished(self, task: str) -> None:
        """See ``Progress``."""


def _of(total: float | None) -> str:
    return "" if total is None else f" of {total:.0f}"
