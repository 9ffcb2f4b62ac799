"""Catalogues: objects of one kind by name, each imported on first use.

Data sets, systems, sources, doctor checks and commands are each listed in one catalogue. To add one, add a
file, and a line in its catalogue.

Example::

>>> squares = Catalogue("shape", {"square": "mer_ros.limits:MIN_SAMPLES"})
>>> squares.names  # imports nothing
('square',)
>>> squares.get("square")  # imports mer_ros.limits and returns its MIN_SAMPLES
4
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Generic, TypeVar

from mer_ros.errors import unknown_name

T = TypeVar("T")


class Catalogue(Generic[T]):
    """A mapping of names to objects that are imported on first use.

    kind: noun for the objects, used in error messages. places: name to "module:attribute".
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
        """(name, object) of every entry, in the order of the catalogue; imports all of them."""
        return ((name, self.get(name)) for name in self.names)

    def get(self, name: str) -> T:
        """The object of a name; ConfigError lists the known names if the name is unknown."""
        if name not in self.places:
            raise unknown_name(self.kind, name, self.names)
        module, _, attribute = self.places[name].partition(":")
        thing: T = getattr(import_module(module), attribute)
        return thing


def lazy_names(package: str, modules: Mapping[str, str]) -> Callable[[str], object]:
    """The ``__getattr__`` of a package (PEP 562) that imports each public name on first use.

    modules: name to the module inside the package that defines it. AttributeError for any other name.
    """

    def attribute(name: str) -> object:
        if name not in modules:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(f"{package}.{modules[name]}"), name)

    return attribute
