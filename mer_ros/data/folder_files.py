"""Files of a data folder as people copy them: files that a system adds are skipped, names match loosely.

macOS adds a file ``._NAME`` for each file on a foreign disk and a folder ``__MACOSX`` in archives; Excel and
LibreOffice add ``~$NAME`` and ``.~lock.NAME#`` while a sheet is open.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mer_ros.data.faults import Faults
from mer_ros.data.names import name_key, name_parts, same_name
from mer_ros.data.notes import Notes

_ADDED = ("._", "~$", ".~lock.")
_ADDED_FOLDER = "__MACOSX"


def files_in(root: Path, notes: Notes, suffixes: Sequence[str], below: bool = True) -> list[Path]:
    """The sorted files of a folder with these lower-case endings, in any case, without those that a system
    added, which are noted. below: also in folders below it.
    """
    found = []
    for path in sorted(root.rglob("*") if below else root.glob("*")):
        if path.suffix.lower() not in suffixes:
            continue
        if is_added_file(path.relative_to(root)):
            where = path.relative_to(root).as_posix()
            kind = "skipped: an operating system or spreadsheet added it"
            notes.tally(("file was", "files were"), kind, where)
        else:
            found.append(path)
    return found


def subfolders(folder: Path) -> list[Path]:
    """The sorted folders in a folder; none if it may not be read, such as lost+found of a disk."""
    try:
        return sorted(path for path in folder.iterdir() if path.is_dir())
    except PermissionError:
        return []


def is_added_file(path: Path) -> bool:
    """Whether a system added a file; path: relative to the data folder."""
    return path.name.startswith(_ADDED) or _ADDED_FOLDER in path.parts


class ImageFiles:
    """The images in and below a folder, by name.

    Links that lead out of the folder, and images of the same name, are faults.
    """

    def __init__(self, root: Path, faults: Faults, notes: Notes, suffix: str = ".png") -> None:
        self.by_name: dict[str, Path] = {}
        self._by_key: dict[str, list[Path]] = {}
        self._by_parts: dict[tuple[str, ...], list[Path]] = {}
        self._notes = notes
        self._suffix = suffix
        inside = root.resolve()
        for path in files_in(root, notes, (suffix,)):
            name = path.stem + suffix
            if not path.resolve().is_relative_to(inside):
                faults.add("it is a link that leads out of the folder", path)
            elif name in self.by_name:
                where = self.by_name[name].parent.name
                faults.add(f"an image with the same name is in {where!r}", path)
            else:
                self.by_name[name] = path
                self._by_key.setdefault(name_key(path.stem), []).append(path)
                self._by_parts.setdefault(name_parts(path.stem), []).append(path)
                if path.suffix != suffix:
                    kind = f"with {path.suffix!r} instead of {suffix!r}"
                    notes.tally(("image name ends", "image names end"), kind, repr(path.name))

    def find(self, stems: Sequence[str], wanted: str) -> list[Path]:
        """The image of this name, else those that differ from one of the stems in case or blanks only, else
        those that differ in leading zeros, which spreadsheets remove, or in punctuation.

        wanted: the exact name. stems: names without suffix, the best first.
        """
        for name, stem in [(wanted, ""), *((stem + self._suffix, stem) for stem in stems)]:
            if name in self.by_name:
                if name != wanted:
                    self._note(self.by_name[name], [stem])
                return [self.by_name[name]]
        same = (
            [path for path in self._by_key.get(name_key(s), []) if same_name(path.stem, s)] for s in stems
        )
        similar = (self._by_parts.get(name_parts(stem), []) for stem in stems)
        for alike in (*same, *similar):
            if len(alike) == 1:
                self._note(alike[0], stems)
            if alike:
                return alike
        return []

    def _note(self, path: Path, stems: Sequence[str]) -> None:
        nouns = ("image name differs", "image names differ")
        if path.stem in stems:
            nouns, kind = ("image name has", "image names have"), f"no blank before {self._suffix!r}"
        elif any(same_name(path.stem, stem) for stem in stems):
            kind = "from the sheet in case, in blanks or as 1.0 from 1"
        else:
            kind = "from the sheet in leading zeros or punctuation"
        self._notes.tally(nouns, kind, repr(path.name))
