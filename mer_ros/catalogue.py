"""Catalogues: things of one kind by name, each imported only when it is asked for.

A catalogue is the one list in which a data set, a system, a source, a doctor check or a command is entered:
to add one is a file and a line. Example::

    SOURCES: Catalogue[Source] = Catalogue("source", {"file": "mer_ros.sources.video_file:SOURCE"})
    SOURCES.names          # ("file",), nothing imported
    SOURCES.get("file")    # imports mer_ros.sources.video_file, returns its SOURCE
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Generic, TypeVar

from mer_ros.errors import ConfigError

T = TypeVar("T")


class Catalogue(Generic[T]):
    """Names to things.

    kind: what the things are, for the refusal of an unknown name. places: name to "module:attribute".
    """

    def __init__(self, kind: str, places: Mapping[str, str]) -> None:
        self.kind = kind
        self.places = dict(places)

    @property
    def names(self) -> tuple[str, ...]:
        """All names, in the order of the catalogue."""
        return tuple(self.places)

    def __contains__(self, name: object) -> bool:
        return name in self.places

    def __iter__(self) -> Iterator[tuple[str, T]]:
        """(name, thing) of every entry, in the order of the catalogue; imports them all."""
        return ((name, self.get(name)) for name in self.names)

    def get(self, name: str) -> T:
        """The thing of a name; ConfigError lists the known names if there is none."""
        if name not in self.places:
            raise ConfigError(f"No {self.kind} is named {name!r}: choose one of {', '.join(self.names)}.")
        module, _, attribute = self.places[name].partition(":")
        thing: T = getattr(import_module(module), attribute)
        return thing
