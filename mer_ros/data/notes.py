"""What was read otherwise than it is written: one sentence for each kind, however often it occurs."""

from __future__ import annotations


class Notes:
    """Collects notes while a data set is read.

    >>> notes = Notes()
    >>> for name in ("a.PNG", "b.PNG"):
    ...     notes.tally(("image", "images"), "end with '.PNG' instead of '.png'", repr(name))
    >>> notes.sentences
    ("2 images end with '.PNG' instead of '.png' ('a.PNG', 'b.PNG').",)
    """

    SHOWN = 3
    """Examples in a sentence."""

    def __init__(self) -> None:
        self._found: dict[tuple[tuple[str, str], str], list[str]] = {}

    def add(self, sentence: str) -> None:
        """Add a sentence of its own."""
        self._found.setdefault((("", ""), sentence), [])

    def tally(self, noun: tuple[str, str], what: str, example: str) -> None:
        """Count one more thing of a kind. noun: for one, and for several. what: the rest of the sentence."""
        self._found.setdefault((noun, what), []).append(example)

    @property
    def sentences(self) -> tuple[str, ...]:
        """One sentence for each kind, in the order of their first occurrence."""
        return tuple(self._sentence(*kind, examples) for kind, examples in self._found.items())

    def _sentence(self, noun: tuple[str, str], what: str, examples: list[str]) -> str:
        if not examples:
            return what
        more = f" and {len(examples) - self.SHOWN} more" if len(examples) > self.SHOWN else ""
        shown = ", ".join(examples[: self.SHOWN])
        return f"{len(examples)} {noun[len(examples) > 1]} {what} ({shown}{more})."
