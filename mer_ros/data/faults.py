"""The faults of a data set, reported all at once, each with its file and row."""

from __future__ import annotations

from pathlib import Path

from mer_ros.errors import DataError


class Faults:
    """Collects the faults found while a data set is read; a faulty data set is refused as a whole."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.found: list[str] = []

    def add(self, what: str, file: Path | str = "", row: int = 0) -> None:
        """One fault. file: under the root, or "" for the set. row: of a sheet, whose header is row 1."""
        if isinstance(file, Path):
            file = file.relative_to(self.root).as_posix()
        where = f"{file!r}" + (f", row {row}" if row else "") if file else ""
        self.found.append(f"{where}: {what}" if where else what)

    def stop(self) -> None:
        """Raise DataError with every fault on a line of its own, if there is any."""
        if self.found:
            n = len(self.found)
            faults = "one fault" if n == 1 else f"{n} faults"
            head = f"{self.root} has {faults} and nothing of it was used: mend what is listed."
            raise DataError("\n  ".join([head, *self.found]))
