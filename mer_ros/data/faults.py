"""The faults of a data set, reported together, each with its file and row."""

from __future__ import annotations

from pathlib import Path

from mer_ros.errors import DataError


class Faults:
    """Collects the faults of a data set while it is read; a data set with any fault is rejected."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.found: list[str] = []

    def add(self, what: str, file: Path | str = "", row: int = 0) -> None:
        """Add a fault. file: path under the root, "" for the whole set. row: row of a sheet, header 1."""
        if isinstance(file, Path):
            file = file.relative_to(self.root).as_posix()
        where = f"{file!r}" + (f", row {row}" if row else "") if file else ""
        self.found.append(f"{where}: {what}" if where else what)

    def error(self) -> DataError:
        """The error with one fault per line."""
        n = len(self.found)
        faults = "one fault" if n == 1 else f"{n} faults"
        head = f"{self.root} has {faults} and was not used: correct the following."
        return DataError("\n  ".join([head, *self.found]))

    def stop(self) -> None:
        """Raise DataError with one fault per line, if there are any."""
        if self.found:
            raise self.error()
