"""One annotated expression, and the corrections of rows that are known to be wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from mer_ros.data.annotations.coded_units import CodedUnit, parse_units
from mer_ros.data.annotations.labels import plain_label
from mer_ros.data.annotations.objective_classes import objective_class, written_class
from mer_ros.data.annotations.sheet_layout import Row
from mer_ros.data.faults import Faults
from mer_ros.data.names import name_key, whole_number
from mer_ros.data.notes import Notes
from mer_ros.errors import DataError

_UNKNOWN = {"", "/", "\\", "-", "--", "?", "nan", "none", "n/a", "na", "x"}
_WHOLE = re.compile(r"[+-]?\d+")
_NOT_PLAIN = set('/\\\0*?[]{}<>|"')


@dataclass(frozen=True)
class Annotation:
    """One expression as a sheet describes it.

    file, row: where it stands; row 0 if the folder itself is the annotation. subject, clip: names of the
    sheet. onset, apex, offset: numbers of frames, None if the sheet does not say. label: plain native label.
    units: None if they are not coded or cannot be read. objective: objective class, or "". fps: frames per
    second, 0 if the sheet does not say. kind: "micro", "macro" or "". extra: other fields of the frame
    pattern. part: number of an event within its row, from 1.
    """

    file: str
    row: int
    subject: str
    clip: str
    onset: int | None
    apex: int | None
    offset: int | None
    label: str
    units: tuple[CodedUnit, ...] | None = None
    objective: str = ""
    fps: float = 0.0
    kind: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)
    part: int = 1

    @property
    def name(self) -> str:
        """The clip as corrections name it: "subject/clip"."""
        return f"{self.subject}/{self.clip}"


@dataclass(frozen=True)
class Correction:
    """A correction of one row: it applies where subject, clip and all ``wrong`` values agree.

    right: the corrected values, None for unknown; empty to leave the row out. reason: source, for a note.
    apex_outside: whether it applies only if the apex is outside onset and offset.
    """

    name: str
    wrong: Mapping[str, int | str | None]
    right: Mapping[str, int | str | None]
    reason: str = ""
    apex_outside: bool = False

    def applies(self, annotation: Annotation) -> bool:
        """Whether a row is the one to correct."""
        if self.apex_outside and not _is_outside(annotation):
            return False
        return same_clip(annotation.name, self.name) and all(
            getattr(annotation, key) == value for key, value in self.wrong.items()
        )


def _is_outside(one: Annotation) -> bool:
    """Whether the apex is known and before the onset or after the offset."""
    if one.apex is None:
        return False
    return (one.onset is not None and one.apex < one.onset) or (
        one.offset is not None and one.apex > one.offset
    )


def same_clip(one: str, other: str) -> bool:
    """Whether two "subject/clip" are one, whatever the leading zeros of a subject, and with "sub" before it.

    >>> same_clip("4/EP12_01f", "sub04/ep12_01f"), same_clip("4/EP12_01f", "4/EP12_02f")
    (True, False)
    """
    keys = [tuple(map(name_key, name.split("/", 1))) for name in (one, other)]
    subjects = [re.sub(r"^(sub)?0*(?=\d)", "", key[0]) for key in keys]
    return subjects[0] == subjects[1] and keys[0][1:] == keys[1][1:]


def corrected(
    annotations: Sequence[Annotation], corrections: Sequence[Correction], notes: Notes
) -> list[Annotation]:
    """The rows with all corrections that apply, each with a note."""
    found = []
    for annotation in annotations:
        kept: Annotation | None = annotation
        for correction in corrections:
            if kept is None or not correction.applies(kept):
                continue
            what = ", ".join(
                f"{key} {'unknown' if value is None else value}" for key, value in correction.right.items()
            )
            example = f"{annotation.name}: {what or 'left out'}"
            notes.tally(
                ("row was", "rows were"),
                "corrected",
                f"{example}, {correction.reason}" if correction.reason else example,
            )
            kept = replace(kept, **correction.right) if correction.right else None  # type: ignore[arg-type]
        if kept is not None:
            found.append(kept)
    return found


def annotation_of(row: Row, file: str, faults: Faults, notes: Notes) -> Annotation | None:
    """The annotation of a row with the fields subject, clip, onset, apex, offset, label, units, objective,
    fps, kind as far as the sheet has them; None after a fault.
    """
    number, cells = row
    before = len(faults.found)
    if not cells.get("subject") and not cells.get("clip"):  # a sum or a remark below the rows
        notes.tally(
            ("row has", "rows have"),
            "neither subject nor clip and was not read",
            f"row {number}: {', '.join(cell for cell in cells.values() if cell)}",
        )
        return None
    for name in ("subject", "clip"):
        check_plain(name, cells.get(name, ""), file, number, faults)
    frames = {name: _frame(name, cells.get(name, ""), file, number, faults) for name in _FRAMES}
    units = _units(cells["units"], file, number, notes) if "units" in cells else None
    if len(faults.found) > before:
        return None
    numbers = [unit.number for unit in units or ()]
    return Annotation(
        file=file,
        row=number,
        subject=whole_number(cells["subject"]).strip(),
        clip=whole_number(cells["clip"]).strip(),
        label=plain_label(cells.get("label", "")),
        units=units,
        objective=written_class(cells.get("objective", "")) or objective_class(numbers),
        fps=_rate(cells.get("fps", "")),
        kind=_kind(cells.get("kind", "")),
        onset=frames["onset"],
        apex=frames["apex"],
        offset=frames["offset"],
    )


_FRAMES = ("onset", "apex", "offset")


def check_plain(what: str, name: str, file: str, row: int, faults: Faults) -> None:
    """Add a fault for a name that is empty or would lead out of the folder."""
    if not name_key(name):
        faults.add(f"{what!r} is empty", file, row)
    elif set(name) & _NOT_PLAIN or name.strip().startswith("."):
        faults.add(f"{what} {name!r} is not a plain name, it would lead out of the folder", file, row)


def _frame(name: str, text: str, file: str, row: int, faults: Faults) -> int | None:
    """The number of a frame, None if the sheet does not say."""
    plain = whole_number(text).strip()
    if plain.casefold() in _UNKNOWN:
        return None
    if not _WHOLE.fullmatch(plain):
        faults.add(f"{name} is {text!r}, not the number of a frame", file, row)
        return None
    number = int(plain)
    return number if number >= 0 else None


def _units(text: str, file: str, row: int, notes: Notes) -> tuple[CodedUnit, ...] | None:
    try:
        return parse_units(text)
    except DataError:
        notes.tally(
            ("row has", "rows have"),
            "action units that cannot be read, which count as not coded",
            f"{text!r} in row {row} of {file!r}",
        )
        return None


def _rate(text: str) -> float:
    try:
        return max(float(text), 0.0) if text else 0.0
    except ValueError:
        return 0.0


def _kind(text: str) -> str:
    plain = text.casefold()
    return "micro" if "micro" in plain else "macro" if "macro" in plain else ""
