"""Annotations that are the folders themselves: subject, label and clip stand in the path of the frames."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from mer_ros.data.annotations.annotation import Annotation
from mer_ros.data.annotations.labels import plain_label
from mer_ros.data.faults import Faults
from mer_ros.data.folder_files import subfolders
from mer_ros.data.notes import Notes
from mer_ros.media.names import PICTURE_SUFFIXES, natural_order

_DEPTH = 3  # folders below the root in which the tree is searched
_SUBJECT = re.compile(r"s(ub)?\d+", re.IGNORECASE)


def tree_annotations(root: Path, shapes: Sequence[str], faults: Faults, notes: Notes) -> list[Annotation]:
    """One annotation for each folder of pictures.

    shapes: paths below the folder of the data set, such as "{subject}/micro/{label}/{clip}", the best first;
    the one with which most clips are found is taken. Without {clip}, the label names the clip; without
    {subject}, the clip begins with it ("S01-02-003"). A fault if no clip is found.
    """
    best: tuple[Path, str, list[tuple[Path, dict[str, str]]]] | None = None
    level = [root]
    for _ in range(_DEPTH + 1):
        for base in level:
            for shape in shapes:
                clips = list(_clips(base, shape.split("/"), {}))
                if len(clips) > (len(best[2]) if best else 0):
                    best = base, shape, clips
        if best:
            break
        level = [path for base in level for path in subfolders(base)]
    if best is None:
        wanted = " or ".join(map(repr, shapes))
        faults.add(f"there are no folders of frames like {wanted}: give the folder of the data set")
        return []
    notes.add(f"The annotations are the folders {best[1]!r}, {len(best[2])} in all.")
    return [_annotation(root, folder, fields) for folder, fields in best[2]]


def _clips(
    folder: Path, parts: Sequence[str], fields: dict[str, str]
) -> Iterator[tuple[Path, dict[str, str]]]:
    """Folders of pictures with the fields of their path."""
    if not parts:
        if any(path.suffix.lower() in PICTURE_SUFFIXES for path in folder.iterdir()):
            yield folder, fields
        return
    below = sorted(subfolders(folder), key=natural_order)
    name = parts[0].strip("{}")
    for path in below:
        if parts[0].startswith("{"):
            if name != "subject" or _SUBJECT.fullmatch(path.name):
                yield from _clips(path, parts[1:], {**fields, name: path.name})
        elif path.name.casefold() == parts[0]:
            yield from _clips(path, parts[1:], fields)


def _annotation(root: Path, folder: Path, fields: dict[str, str]) -> Annotation:
    clip = fields.get("clip", fields["label"])
    return Annotation(
        file=folder.relative_to(root).as_posix(),
        row=0,
        subject=fields.get("subject", clip.split("-")[0]),
        clip=clip,
        onset=None,
        apex=None,
        offset=None,
        label=plain_label(fields["label"]),
        extra={"label": fields["label"]},
    )
