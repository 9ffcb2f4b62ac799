"""What a heat map cannot show, as a key and numbers; every language has the sentences (``Phrases``)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Note(NamedTuple):
    """A remark on one map.

    key: of its sentence in ``Phrases.notes``, or the sentence itself, the same in every language.
    shares: per cent of the evidence by names of ``Phrases.note_names``, in the order in which they are
    written; one share of all has the name "".
    """

    key: str
    shares: tuple[tuple[str, int], ...] = ()


def note_of(key: str, shares: Iterable[tuple[str, float]]) -> Note:
    """A note with shares of 0..1.

    >>> note_of("phases", [("rise", 0.2), ("apex", 0.8)])
    Note(key='phases', shares=(('rise', 20), ('apex', 80)))
    """
    return Note(key, tuple((name, round(100 * float(share))) for name, share in shares))
