"""Labelled clips in plain folders, such as posed expressions: the path of a clip is its annotation.

A clip is a folder of pictures, or a video file. Its path below the folder of the data set is one of

    LABEL/CLIP, SUBJECT/LABEL, SUBJECT/LABEL/CLIP, LABEL/SUBJECT/CLIP

In the first, the name of the clip begins with its subject ("anna_02"). A clip lasts from its first to its
last frame, and its apex is estimated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from mer_ros.data.annotations.annotation import Annotation
from mer_ros.data.annotations.labels import plain_label, same, three
from mer_ros.data.clip_set import ClipSet
from mer_ros.data.datasets.dataset import Request
from mer_ros.data.datasets.frame_clips import dataset_of, read_clips
from mer_ros.data.datasets.frame_set import FrameSet
from mer_ros.data.faults import Faults
from mer_ros.data.folder_files import is_added_file
from mer_ros.data.frames.folders import ClipFrames
from mer_ros.data.frames.layout_file import FrameLayout
from mer_ros.data.notes import Notes
from mer_ros.errors import ConfigError, MerError
from mer_ros.media.names import PICTURE_SUFFIXES, VIDEO_SUFFIXES, natural_order
from mer_ros.types import EMOTIONS

LABELS = (*EMOTIONS, "repression", "tense", "negative", "positive", "neutral", "others")
"""Names of folders that are a label, and those that ``plain_label`` reads as one."""

PICTURES_PER_S = 30.0
"""Assumed frame rate of pictures, whose true one is not known."""

_SPLITS = {"train", "training", "test", "testing", "val", "valid", "validation"}
_START = re.compile(r"([^_\-.\s]+)[_\-.\s]")
_SHAPES = "LABEL/CLIP, SUBJECT/LABEL, SUBJECT/LABEL/CLIP or LABEL/SUBJECT/CLIP"


@dataclass(frozen=True)
class _Place:
    """What the path of a clip says. of_folder: whether the subject is the name of a folder."""

    label: str
    subject: str
    clip: str
    of_folder: bool


def _place(path: Path) -> _Place | str:
    """Label, subject and clip of a path below the folder, without the ending of a video; or its fault."""
    names = path.parts
    labels = {plain_label(name): i for i, name in reversed(list(enumerate(names))) if _is_label(name)}
    if len(labels) != 1:
        found = " and ".join(reversed(labels)) or "none"
        return f"one folder of its path must be a label ({', '.join(LABELS)}), found {found}: rename a folder"
    [(label, i)] = labels.items()
    *others, clip = (*names[:i], *names[i + 1 :]) if i < len(names) - 1 else names
    if len(names) == 1:
        return "a label without a clip: give each clip of the label a folder or video of its own"
    if len(others) > 1:
        return f"its path has more folders than {_SHAPES}: give the folder that holds these"
    if not others:
        found_start = _START.match(clip)
        if found_start is None:
            return f"its person is not known: begin its name with the person, such as anna_{clip}"
        return _checked(_Place(label, found_start[1], clip, of_folder=False))
    name = clip if i == len(names) - 1 else f"{names[i]}_{clip}"
    return _checked(_Place(label, others[0], name, of_folder=True))


def _is_label(name: str) -> bool:
    return plain_label(name) in LABELS


def _checked(place: _Place) -> _Place | str:
    if place.subject.casefold() in _SPLITS:
        return f"{place.subject!r} is a part of a split and no person: give the folder that holds its labels"
    if _is_label(place.subject):
        return f"its name begins with the label {place.subject!r} instead of the person: rename it"
    return place


def _clips(root: Path, faults: Faults, notes: Notes) -> Iterator[Path]:
    """The folders of pictures and the videos below the root; a fault for a link that leads out of it or
    nowhere.
    """
    inside, folders = root.resolve(), [root]
    while folders:
        folder = folders.pop()
        below, pictures = [], 0
        try:
            visible = _visible(folder, root)
        except PermissionError:
            notes.tally(("folder", "folders"), "may not be read", repr(folder.relative_to(root).as_posix()))
            continue
        for path in visible:
            suffix = path.suffix.lower()
            if not path.exists():
                faults.add("it is a link to nothing", path)
            elif not path.resolve().is_relative_to(inside):
                faults.add("it is a link that leads out of the folder", path)
            elif suffix in PICTURE_SUFFIXES and not path.is_dir():
                pictures += 1
            elif path.is_symlink():
                notes.tally(("link is", "links are"), "not followed", repr(path.relative_to(root).as_posix()))
            elif path.is_dir():
                below.append(path)
            elif suffix in VIDEO_SUFFIXES:
                yield path
            else:
                nouns = ("file is", "files are")
                notes.tally(nouns, "neither picture nor video and not read", repr(path.name))
        folders += below
        if pictures and below:
            faults.add("it has pictures beside folders: give each clip a folder of its own", folder)
        elif pictures:
            yield folder


def _order(path: Path) -> tuple[list[list[tuple[int, str]]], str]:
    """Sort key by the names of the folders, with numbers by value."""
    return [natural_order(Path(part)) for part in path.parts], path.as_posix()


def _visible(folder: Path, root: Path) -> list[Path]:
    """What is in a folder in the order of its numbers, without hidden files and those that a system added."""
    found = sorted(folder.iterdir(), key=lambda path: _order(Path(path.name)))
    return [p for p in found if not p.name.startswith(".") and not is_added_file(p.relative_to(root))]


def _read(
    frame_set: FrameSet, root: Path, layout: FrameLayout, faults: Faults, notes: Notes
) -> list[Annotation]:
    placed = any(one.right.keys() - {"label"} for one in layout.corrections)
    if layout.sheet or layout.frames or placed:
        raise ConfigError(
            "--layout names the sheet or frames of 'folder', whose clips are found by their path and contain "
            "all frames there: write only corrections, with label or omit."
        )
    found: list[Annotation] = []
    files: dict[Path, str] = {}
    for path in sorted(_clips(root, faults, notes), key=lambda path: _order(path.relative_to(root))):
        relative = path.relative_to(root)
        file = relative.as_posix()
        name = relative if path.is_dir() else relative.with_suffix("")
        place = _place(name)
        if name in files:
            place = f"{files[name]!r} has the same name: keep one of them, or rename it"
        files.setdefault(name, file)
        if isinstance(place, str):
            faults.add(place, path)
            continue
        fps = 0.0 if path.is_dir() else _rate(path, faults)
        if fps is None:
            continue
        source = "the name of a folder" if place.of_folder else "the start of the clip name"
        notes.tally(("clip has", "clips have"), f"{source} as subject", f"{file!r}: {place.subject}")
        found.append(Annotation(file, 0, place.subject, place.clip, None, None, None, place.label, fps=fps))
    if not found and not faults.found:
        faults.add(f"there are no clips: give a folder with folders of pictures, or videos, as {_SHAPES}")
    return found


def _rate(video: Path, faults: Faults) -> float | None:
    """Frames per second of a video; None after a fault."""
    from mer_ros.media.video_file import VideoReader  # late: imports PyAV

    try:
        return VideoReader(video, 0.0).fps
    except MerError as error:
        faults.add(str(error), video)
        return None


def _find(
    root: Path, annotations: Sequence[Annotation], faults: Faults, notes: Notes
) -> list[ClipFrames | None]:
    """All frames of each clip; None after a fault."""
    return [_frames(root / one.file, faults, notes) for one in annotations]


def _frames(path: Path, faults: Faults, notes: Notes) -> ClipFrames | None:
    paths: tuple[Path, ...] = (path,)
    if path.is_dir():
        paths = tuple(p for p in _visible(path, faults.root) if p.suffix.lower() in PICTURE_SUFFIXES)
        endings = sorted({p.suffix.lower() for p in paths})
        if len(endings) > 1:
            faults.add(f"its pictures end with {' and '.join(endings)}: keep one kind", path)
            return None
        kind = f"pictures, whose frame rate is not known and taken to be {PICTURES_PER_S:g} per second"
        notes.tally(("clip is a folder of", "clips are folders of"), kind, repr(path.name))
        n = len(paths)
    else:
        from mer_ros.media.video_file import count_frames  # late: imports PyAV

        n = count_frames(path)
    if n < 2:
        faults.add(
            "it has one frame, and movement needs two: give those from the neutral face to the expression",
            path,
        )
        return None
    return ClipFrames(paths, range(1, n + 1), None, is_video=not path.is_dir())


FRAME_SET = FrameSet(
    name="folder",
    title="labelled clips",
    patterns=(),
    fps=PICTURES_PER_S,
    native=LABELS,
    schemes={
        "seven": same(*EMOTIONS),
        "three": three(
            ("anger", "disgust", "fear", "sadness", "contempt", "repression", "negative"),
            ("happiness", "positive"),
        ),
    },
    read=_read,
    find=_find,
)


def _open(request: Request) -> ClipSet:
    """The clips; their data set has the name of the folder, so that two folders are two data sets."""
    clips = read_clips(FRAME_SET, request)
    name = request.root.resolve().name if request.root else ""
    return replace(clips, datasets=np.full(len(clips), name or FRAME_SET.name))


FOLDER = replace(
    dataset_of(FRAME_SET),
    help=f"a folder of labelled clips, {_SHAPES}",
    opener=_open,
    named_by_clips=True,
)
