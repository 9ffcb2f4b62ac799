"""Complete videos of a data set of annotated frames, with all expressions that its sheets list in them.

Annotations and frames are read as for clips (``frame_set``, ``frames.folders``). All rows of one folder of
frames, or of one video file, are the expressions of one video. A video that no row names is not read, as in
the protocol of MEGC, which counts the annotated ones only.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from mer_ros.data.annotations.annotation import Annotation
from mer_ros.data.datasets.dataset import Request
from mer_ros.data.datasets.frame_set import FrameSet, read_annotations
from mer_ros.data.faults import Faults
from mer_ros.data.frames.folders import ClipFrames, ClipReader, clip_reader
from mer_ros.data.frames.layout_file import read_layout_file
from mer_ros.data.frames.long_frames import NumberedImages, VideoFrames
from mer_ros.data.long_videos import LongVideo, LongVideoSet, TrueExpression, kind_by_duration
from mer_ros.data.notes import Notes
from mer_ros.errors import DataError, MerError
from mer_ros.types import Kind

_THREE = "three"
_KINDS = {"micro": Kind.MICRO, "macro": Kind.MACRO}

Rows = list[tuple[Annotation, ClipFrames]]
"""The annotations of one video, each with its frames."""


def read_videos(frame_set: FrameSet, request: Request) -> LongVideoSet:
    """The videos of a folder. If it has faults, raises DataError with the file and row of all of them."""
    root = request.root
    if root is None:
        raise DataError(f"{frame_set.title} is read from a folder: give its path.")
    whole = replace(frame_set, kind="", read=frame_set.read_long or frame_set.read)
    layout = read_layout_file(request.layout, frame_set.name)
    read = read_annotations(whole, root, layout)
    faults, notes = read.faults, read.notes
    if not read.good and not faults.found:
        faults.add("there are no annotated expressions")
    exact = bool(layout.frames)
    patterns = frame_set.frame_patterns(layout)
    reader = clip_reader(root, read.good, patterns, faults, notes, exact) if read.good else None
    videos = _videos(whole, root, read.good, reader, faults, notes) if reader else []
    if len({video.subject for video in videos}) == 1 and not faults.found:
        faults.add(f"every video is of subject {videos[0].subject!r}, two subjects are needed for intervals")
    faults.stop()
    notes.add("Videos that no row names are not read.")
    title = frame_set.title.partition(",")[0]  # without the kind of the clips
    return LongVideoSet(tuple(videos), f"{title}, long videos", notes.sentences)


def _videos(
    frame_set: FrameSet,
    root: Path,
    annotations: Sequence[Annotation],
    reader: ClipReader,
    faults: Faults,
    notes: Notes,
) -> list[LongVideo]:
    """The videos, in the order of their first row."""
    rows: dict[Path, Rows] = {}
    for one in annotations:
        clip = reader.read(one)
        if clip is not None:
            rows.setdefault(clip.place, []).append((one, clip))
    found = []
    for place, own in rows.items():
        first = own[0][0]
        for one, _ in own:
            if one.subject != first.subject:
                faults.add(
                    f"{one.name}: its frames in {place.name!r} are also those of {first.name} (row "
                    f"{first.row})",
                    one.file,
                    one.row,
                )
        fps = first.fps or frame_set.fps
        frames, start = _frames(root, place, own, fps, reader, faults, notes)
        if frames is not None and frames.n_frames <= sum(len(clip.numbers) for _, clip in own):
            what = "shows expressions only, no frame before or after them: give the complete video"
            faults.add(f"{first.name}: {place.name!r} {what}", first.file, first.row)
        elif frames is not None:
            truth = sorted((_true(frame_set, one, clip, start, fps) for one, clip in own), key=_onset)
            name = f"{frame_set.subject_name(first.subject)}/{first.extra.get('video', first.clip)}"
            subject = frame_set.subject_name(first.subject)
            found.append(LongVideo(frame_set.name, name, subject, frames, tuple(truth), start))
    return found


def _onset(one: TrueExpression) -> float:
    return one.onset_s


def _frames(
    root: Path, place: Path, own: Rows, fps: float, reader: ClipReader, faults: Faults, notes: Notes
) -> tuple[NumberedImages | VideoFrames | None, int]:
    """All frames of a video and the number of the first; None after a fault."""
    if not own[0][1].is_video:
        files = tuple(sorted(reader.files(place).items()))
        frames = NumberedImages(root, files, fps)
        gaps = frames.n_frames - len(files)
        if gaps:
            what = "frames between others, whose places in time stay empty"
            notes.tally(("video lacks", "videos lack"), what, f"{own[0][0].name} {gaps}")
        return frames, files[0][0]
    from mer_ros.media.video_file import count_frames  # late: imports PyAV

    try:
        video = VideoFrames(root, place, fps, count_frames(place))
    except MerError as error:
        faults.add(f"{own[0][0].name}: {error}", own[0][0].file, own[0][0].row)
        return None, 1
    beyond = [(one, clip) for one, clip in own if clip.numbers[-1] > video.n_frames or clip.numbers[0] < 1]
    for one, clip in beyond:
        faults.add(
            f"{one.name}: frames {clip.numbers[0]} to {clip.numbers[-1]} are not all in {place.name!r}, "
            f"which has the frames 1 to {video.n_frames}",
            one.file,
            one.row,
        )
    return (None if beyond else video), 1


def _true(frame_set: FrameSet, one: Annotation, clip: ClipFrames, start: int, fps: float) -> TrueExpression:
    """The expression of a row. Its kind is that of the sheet, or else by its duration."""
    onset_s = (clip.numbers[0] - start) / fps
    offset_s = (clip.numbers[-1] - start) / fps
    kind = _KINDS.get(one.kind) or kind_by_duration((clip.numbers[-1] - clip.numbers[0]) / fps)
    apex_s = math.nan if clip.apex is None else onset_s + clip.apex / fps
    three: Mapping[str, str] = frame_set.schemes[_THREE].class_of if _THREE in frame_set.schemes else {}
    return TrueExpression(onset_s, apex_s, offset_s, kind, one.label, three.get(one.label, ""))
