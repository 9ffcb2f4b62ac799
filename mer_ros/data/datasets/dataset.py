"""The record of a data set: what it holds, where it comes from and how it is opened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mer_ros.errors import ConfigError, DataError
from mer_ros.progress import SILENT, Progress

if TYPE_CHECKING:  # without NumPy: the command line lists the data sets before it needs one
    from mer_ros.data.clip_set import ClipSet
    from mer_ros.types import InputKind


@dataclass(frozen=True)
class Request:
    """What a command asks of a data set.

    root: its folder. samples, subjects: how many clips to generate, of how many subjects. None is an option
    that was not given. seed: of what is generated. kinds: the kinds of input that the systems read.
    """

    root: Path | None = None
    samples: int | None = None
    subjects: int | None = None
    seed: int = 0
    kinds: frozenset[InputKind] = frozenset({"flow"})
    progress: Progress = SILENT


@dataclass(frozen=True)
class Dataset:
    """A data set, as ``catalogue.DATASETS`` lists it.

    name: its name in the catalogue, the choice of ``--data``.
    help: what it is, or the folder to give; a phrase for messages.
    kinds: the kinds of input that it holds.
    opener: reads or generates the clips of a checked request.
    generated: whether clips of any number and of disjoint groups of subjects are generated on demand. If not,
    they are read from the folder ``--root``.
    slow_kinds: kinds of input that take minutes to generate.
    """

    name: str
    help: str
    kinds: frozenset[InputKind]
    opener: Callable[[Request], ClipSet]
    generated: bool = False
    slow_kinds: frozenset[InputKind] = frozenset()

    def check(self, request: Request) -> None:
        """Raise ConfigError for an option that does not fit, DataError for a kind of input that it lacks."""
        options = {"samples": request.samples, "subjects": request.subjects}
        given = " and ".join(
            f"--{name} is {number}" for name, number in options.items() if number is not None
        )
        if self.generated and request.root is not None:
            raise ConfigError(
                f"--data {self.name} is generated, not read from a folder, but --root is {request.root}: "
                "leave --root out, or choose another --data."
            )
        if not self.generated and request.root is None:
            raise ConfigError(f"--data {self.name} needs --root: give {self.help}.")
        if not self.generated and given:
            raise ConfigError(f"{request.root} holds clips of its own but {given}: leave that out.")
        missing = sorted(request.kinds - self.kinds)
        if missing:
            raise DataError(
                f"--data {self.name} has no input of kind {', '.join(map(repr, missing))}: name systems that "
                f"read {', '.join(sorted(self.kinds))}, or another --data."
            )

    def is_slow(self, request: Request) -> bool:
        """Whether opening takes minutes."""
        return bool(self.slow_kinds & request.kinds)

    def open(self, request: Request) -> ClipSet:
        """The clips for an evaluation; refuses as ``check`` does, and DataError if the clips are faulty."""
        self.check(request)
        return self.opener(request)

    def open_for_training(self, request: Request) -> ClipSet | None:
        """The clips to train on; None if generated: training then generates its own samples."""
        self.check(request)
        return None if self.generated else self.opener(request)
