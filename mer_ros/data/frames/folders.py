"""The frames of each annotated clip: found by pattern, and compared with the annotation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mer_ros.data.annotations.annotation import Annotation
from mer_ros.data.faults import Faults
from mer_ros.data.folder_files import subfolders
from mer_ros.data.frames.patterns import FramePattern
from mer_ros.data.notes import Notes

_BASES = 400  # folders in which the frames are searched, the upper ones first
_SAMPLED = 24  # clips by which the folder of the frames is recognised
_SHOWN = 3


@dataclass(frozen=True)
class ClipFrames:
    """The frames of one clip, in the order of their numbers, without gaps.

    paths: image files; or one video, whose frames are numbered from ``first``, None if the video shows only
    the clip. numbers: of the frames from onset to offset. apex: index of the apex, None if it is unknown.
    """

    paths: tuple[Path, ...]
    numbers: range
    apex: int | None
    is_video: bool = False

    @property
    def place(self) -> Path:
        """The video file, or the folder of the images, which may hold frames of other clips."""
        return self.paths[0] if self.is_video else self.paths[0].parent


def find_frames(
    root: Path,
    annotations: Sequence[Annotation],
    patterns: Sequence[FramePattern],
    faults: Faults,
    notes: Notes,
    exact: bool = False,
    open_ended: bool = False,
) -> list[ClipFrames | None]:
    """The frames of each clip; None after a fault.

    exact: the pattern starts at the root; otherwise the folder of the frames is searched below it.
    open_ended: an offset that the sheet does not give is the last frame of the folder.
    """
    reader = clip_reader(root, annotations, patterns, faults, notes, exact, open_ended)
    if reader is None:
        return [None] * len(annotations)
    return [reader.read(annotation) for annotation in annotations]


def clip_reader(
    root: Path,
    annotations: Sequence[Annotation],
    patterns: Sequence[FramePattern],
    faults: Faults,
    notes: Notes,
    exact: bool = False,
    open_ended: bool = False,
) -> ClipReader | None:
    """The reader of the folder and pattern that fit most annotations, None after a fault; for the arguments
    see ``find_frames``.
    """
    fields = [pattern_fields(annotation) for annotation in annotations]
    chosen = _choose(root, fields, patterns, exact)
    if chosen is None:
        wanted = " or ".join(repr(pattern.text) for pattern in patterns)
        faults.add(
            f"there are no frames like {wanted} of any row: give the folder of the data set, or their "
            "pattern in the file of --layout"
        )
        return None
    base, pattern = chosen
    where = base.relative_to(root).as_posix()
    notes.add(f"The frames are those of {pattern.text!r}{f' in {where!r}' if where != '.' else ''}.")
    return ClipReader(root, base, pattern, faults, open_ended)


def pattern_fields(annotation: Annotation) -> dict[str, str]:
    """The fields of a pattern for an annotation."""
    own = {"subject": annotation.subject, "clip": annotation.clip, "label": annotation.label}
    own["onset"] = "" if annotation.onset is None else str(annotation.onset)
    return own | dict(annotation.extra)


def _choose(
    root: Path, fields: Sequence[Mapping[str, str]], patterns: Sequence[FramePattern], exact: bool
) -> tuple[Path, FramePattern] | None:
    """The folder and pattern with which most clips are found, the first of equals."""
    step = max(len(fields) // _SAMPLED, 1)
    sampled = fields[::step]
    best: tuple[int, Path, FramePattern] | None = None
    bases = [root] if exact else list(_bases(root))
    for pattern in patterns:
        for base in bases:
            count = sum(_has_frames(base, pattern, own) for own in sampled)
            if count and (best is None or count > best[0]):
                best = count, base, pattern
    return best[1:] if best else None


def _bases(root: Path) -> Iterator[Path]:
    """The root and the folders one to three levels below it, level by level."""
    level, given = [root], 0
    for _ in range(4):
        below: list[Path] = []
        for folder in level:
            yield folder
            given += 1
            if given == _BASES:
                return
            below += [path for path in subfolders(folder) if not path.suffix]
        level = below


def _has_frames(base: Path, pattern: FramePattern, fields: Mapping[str, str]) -> bool:
    """Whether there is a frame, or the video, of a clip."""
    place = _place(base, pattern, fields)
    if place is None or pattern.is_video:
        return place is not None
    return any(pattern.number(path.name, fields) is not None for path in place.iterdir())


def _place(base: Path, pattern: FramePattern, fields: Mapping[str, str]) -> Path | None:
    """The folder of a clip, or its video; None if there is none, or several match."""
    folder = pattern.folder(fields)
    if "" in folder.split("/")[: -1 if folder == "" else None]:  # a field of the pattern is empty
        return None
    matches = [base / folder]
    if set(folder) & set("*?"):
        matches = [path for path in base.glob(folder) if path.is_dir()]
    if len(matches) != 1:
        return None
    if pattern.is_video:
        name = pattern.file(fields)
        videos = matches[0].glob(name) if set(name) & set("*?") else [matches[0] / name]
        found = [path for path in videos if path.is_file()]
        return found[0] if len(found) == 1 else None
    return matches[0] if matches[0].is_dir() else None


class ClipReader:
    """Finds the frames of clips and adds faults; a folder is listed once."""

    def __init__(
        self, root: Path, base: Path, pattern: FramePattern, faults: Faults, open_ended: bool
    ) -> None:
        self._root, self._base, self._pattern = root, base, pattern
        self._faults, self._open_ended = faults, open_ended
        self._inside = root.resolve()
        self._seen: dict[Path, tuple[dict[int, Path], str]] = {}

    def read(self, annotation: Annotation) -> ClipFrames | None:
        """The frames of a clip; None after a fault."""
        fields = pattern_fields(annotation)
        place = _place(self._base, self._pattern, fields)
        if place is None:
            what = "video" if self._pattern.is_video else "folder of frames"
            wanted = self._pattern.folder(fields)
            wanted += f"/{self._pattern.file(fields)}" if self._pattern.is_video else ""
            return self._fault(annotation, f"there is no {what} {wanted!r}, or several match")
        if not place.resolve().is_relative_to(self._inside):
            return self._fault(annotation, f"its frames in {place.name!r} are a link out of the folder")
        if self._pattern.is_video:
            return self._of_video(annotation, place)
        if place not in self._seen:
            self._seen[place] = self._pattern.frames(place, fields)
        files, fault = self._seen[place]
        if fault or not files:
            return self._fault(annotation, f"{place.name!r}: {fault or 'it contains no frame'}")
        return self._of_images(annotation, files, place.name)

    def files(self, folder: Path) -> dict[int, Path]:
        """All images of a folder from which a clip was read, by the number of their frame."""
        return self._seen[folder][0]

    def _of_images(self, annotation: Annotation, files: dict[int, Path], folder: str) -> ClipFrames | None:
        onset = min(files) if annotation.onset is None else annotation.onset
        offset = annotation.offset
        if offset is None and self._open_ended:
            offset = max(files)
        there = f"{folder!r} has the frames {min(files)} to {max(files)}"
        numbers = self._interval(annotation, onset, offset, there)
        if numbers is None:
            return None
        missing = [number for number in numbers if number not in files]
        if missing:
            shown = ", ".join(map(str, missing[:_SHOWN])) + (", ..." if len(missing) > _SHOWN else "")
            words = "frame is" if len(missing) == 1 else "frames are"
            return self._fault(
                annotation, f"{len(missing)} {words} missing ({shown}) of {onset} to {offset}: {there}"
            )
        apex = None if annotation.apex is None else annotation.apex - numbers.start
        return ClipFrames(tuple(files[number] for number in numbers), numbers, apex)

    def _of_video(self, annotation: Annotation, video: Path) -> ClipFrames | None:
        numbers = self._interval(
            annotation, annotation.onset, annotation.offset, f"{video.name!r} is a video"
        )
        if numbers is None:
            return None
        apex = None if annotation.apex is None else annotation.apex - numbers.start
        return ClipFrames((video,), numbers, apex, is_video=True)

    def _interval(
        self, annotation: Annotation, onset: int | None, offset: int | None, there: str
    ) -> range | None:
        """The numbers from onset to offset; None after a fault."""
        fault = interval_fault(onset, annotation.apex, offset)
        if fault or onset is None or offset is None:
            self._fault(annotation, f"{fault}; {there}")
            return None
        return range(onset, offset + 1)

    def _fault(self, annotation: Annotation, what: str) -> ClipFrames | None:
        self._faults.add(f"{annotation.name}: {what}", annotation.file, annotation.row)
        return None


def interval_fault(onset: int | None, apex: int | None, offset: int | None) -> str:
    """What is wrong with the frames of an annotation, "" if nothing.

    >>> interval_fault(3, 9, 7)
    'apex 9 is outside onset 3 to offset 7'
    """
    if onset is None or offset is None:
        return f"{'onset' if onset is None else 'offset'} is not given"
    if offset <= onset:
        return f"offset {offset} is not after onset {onset}"
    if apex is not None and not onset <= apex <= offset:
        return f"apex {apex} is outside onset {onset} to offset {offset}"
    return ""
