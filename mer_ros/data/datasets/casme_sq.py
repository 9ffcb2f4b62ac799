"""CAS(ME)^2: micro- and macro-expressions in long videos, 30 frames per second.

Qu et al., "CAS(ME)^2: A Database for Spontaneous Macro-Expression and Micro-Expression Spotting and
Recognition", IEEE Transactions on Affective Computing 9(4), 2018. The sheet ``CAS(ME)^2code_final*.xlsx`` has
no header, or a row of ``###`` in its place. Two more sheets translate numbers of subjects to folders and
names of clips to numbers of videos. An offset of 0 is unknown, and the clip then ends at the apex.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from mer_ros.data.annotations.annotation import Annotation, annotation_of
from mer_ros.data.annotations.labels import same
from mer_ros.data.annotations.sheet_layout import SheetLayout
from mer_ros.data.annotations.workbook import Cells, read_workbook
from mer_ros.data.datasets.frame_clips import dataset_of
from mer_ros.data.datasets.frame_set import FrameSet, sheet_rows
from mer_ros.data.faults import Faults
from mer_ros.data.frames.layout_file import FrameLayout
from mer_ros.data.label_mapping import MEGC_LABELS
from mer_ros.data.notes import Notes
from mer_ros.errors import DataError

_RULES = (r"rule ?1", r"rule ?2")
_TRANSLATED = ("folder", "code")  # fields of a frame pattern that need these sheets
_DIGITS = re.compile(r"\D*(\d+)")


def _read(
    frame_set: FrameSet, root: Path, layout: FrameLayout, faults: Faults, notes: Notes
) -> list[Annotation]:
    file, rows = sheet_rows(frame_set, root, layout, faults, notes)
    found = [annotation_of(row, file, faults, notes) for row in rows]
    good = [one for one in found if one is not None]
    if not good or (layout.frames and not any(f"{{{name}" in layout.frames for name in _TRANSLATED)):
        return good
    folders, codes = _translations(root / file, good, faults)
    if not folders or not codes:
        return []  # the fault of the workbook says it all
    translated = []
    for one in good:
        video = one.clip.rpartition("_")[0] or one.clip
        folder, code = folders.get(one.subject), codes.get(video.casefold())
        missing = [
            what
            for what, known in ((f"subject {one.subject!r}", folder), (f"video {video!r}", code))
            if known is None
        ]
        if missing:
            faults.add(f"{one.name}: the sheets of names do not have {' and '.join(missing)}", file, one.row)
            continue
        extra = {"folder": folder or "", "code": code or "", "video": video}
        translated.append(replace(one, extra=extra))
    return translated


def _translations(
    path: Path, found: Sequence[Annotation], faults: Faults
) -> tuple[dict[str, str], dict[str, str]]:
    """Folders of subjects by their number, and codes of videos by their name in lower case."""
    try:
        sheets = read_workbook(path)
    except DataError as error:
        faults.add(str(error), path)
        return {}, {}
    rules = [next((c for t, c in sheets.items() if re.search(rule, t, re.I)), []) for rule in _RULES]
    for number, cells in enumerate(rules, start=1):
        if not cells:
            faults.add(f"the workbook has no sheet 'naming rule{number}', found {', '.join(sheets)}", path)
    folders, codes = _folders(rules[0], {one.subject for one in found}), _codes(rules[1])
    for number, known in enumerate((folders, codes), start=1):
        if rules[number - 1] and not known:
            faults.add(f"the sheet 'naming rule{number}' has no columns that translate names", path)
    return folders, codes


def _folders(cells: Cells, subjects: set[str]) -> dict[str, str]:
    """The folder number of each subject; the columns are distinguished by their content.

    >>> _folders([["a", "15", "1"], ["b", "16", "2"]], {"1", "2"})
    {'1': '15', '2': '16'}
    """
    columns = list(zip(*cells)) if cells else []
    shared = [len(subjects & set(column)) for column in columns]
    if not any(shared):
        return {}
    key = max(range(len(columns)), key=lambda i: (shared[i], i))
    others = [i for i in range(len(columns)) if i != key]
    best = max(others, key=lambda i: sum(cell.isdecimal() for cell in columns[i]), default=None)
    if best is None:
        return {}
    numbers = {row[key]: _DIGITS.match(row[best]) for row in cells}
    return {name: match[1] for name, match in numbers.items() if match}


def _codes(cells: Cells) -> dict[str, str]:
    """The four digits of each video by its name in lower case.

    >>> _codes([["502", "Anger1"]])
    {'anger1': '0502'}
    """
    found: dict[str, str] = {}
    for row in cells:
        numbers = [cell for cell in row if cell.isdecimal()]
        names = [cell for cell in row if cell and not cell.isdecimal()]
        if numbers and names:
            found |= {name.casefold(): numbers[0].zfill(4) for name in names}
    return found


FRAME_SET = FrameSet(
    name="casme-sq",
    title="CAS(ME)^2, micro-expressions",
    sheet=SheetLayout(
        files=(r"cas\(me\)\^?2 ?code_final.*", r"code_?final.*", r"cas\(?me\)?\^?_?(2|sq).*"),
        columns={
            "subject": ("Participant", "Subject"),
            "clip": ("Video name & expression number", "Filename", "Clip"),
            "onset": ("Onset", "OnsetFrame"),
            "apex": ("Apex", "ApexFrame"),
            "offset": ("Offset", "OffsetFrame"),
            "units": ("AUs", "AU", "Action Units"),
            "label": ("Estimated emotion", "Emotion"),
            "kind": ("Expression type", "Type"),
        },
        order=("subject", "clip", "onset", "apex", "offset", "units", "label", "kind", "reported"),
        numbers=("subject", "onset"),
        title=r"code_?final",
    ),
    read=_read,
    patterns=(
        "s{folder}/{folder}_{code}*/img{frame}.jpg",
        "{folder}/{folder}_{code}*/img{frame}.jpg",
        "s{folder}/{clip}/img{frame}.jpg",
        "s{folder}/{folder}_{code}*.avi",
    ),
    fps=30.0,
    native=(*MEGC_LABELS, "others"),
    schemes={"three": same(*MEGC_LABELS)},
    several=True,
    kind="micro",
    offset_is_apex=True,
    objective=True,
    long_videos=True,
)
CASME_SQ = dataset_of(FRAME_SET)
