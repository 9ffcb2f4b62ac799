"""Names of recordings: a file, a folder of pictures, or numbered pictures. Standard library only."""

from __future__ import annotations

import re
from pathlib import Path

from mer_ros.errors import ConfigError

PICTURE_SUFFIXES = (".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".webp", ".pgm", ".ppm")
"""Endings of picture files, in lower case."""

VIDEO_SUFFIXES = (
    ".mp4 .m4v .mov .avi .mkv .webm .mpg .mpeg .wmv .flv .ts .mts .m2ts .3gp .ogv .mjpeg .mjpg .mxf .y4m"
).split()
"""Endings by which a video in a folder is recognised, in lower case; one that is named may have any."""

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://.*")
_NUMBERED = re.compile(r"%0?(\d*)d")


def is_url(name: str) -> bool:
    """Whether a name is a URL, such as rtsp://host/stream."""
    return bool(_URL.fullmatch(name))


def refuse_url(name: str) -> None:
    """Raise ConfigError for a URL."""
    if is_url(name):
        raise ConfigError(
            f"'{name}' is a URL, and only files and cameras of this machine are read: save the video as a "
            "file, or publish the stream with a camera driver and give its topic as --image."
        )


def is_picture_sequence(path: Path) -> bool:
    """Whether a path is a folder, or a pattern such as img%03d.jpg and not itself a file."""
    return path.is_dir() or (not path.exists() and _pattern_of(path) is not None)


def numbered_pictures(path: Path) -> list[tuple[int, Path]]:
    """(place, file) of each picture of a sequence, in order; places start at 0 and skip missing pictures.

    path: a folder, whose pictures are ordered by name with numbers by value (img2 before img10), or a
    pattern, whose pictures are ordered by number. ConfigError if there is no picture. Hidden files are
    ignored.
    """
    pattern = None if path.is_dir() else _pattern_of(path)
    folder = path if pattern is None else path.parent
    files = [p for p in folder.iterdir() if p.is_file()] if folder.is_dir() else []
    files = [p for p in files if not p.name.startswith(".")]
    if pattern is None:
        files = [p for p in files if p.suffix.lower() in PICTURE_SUFFIXES]
        found = list(enumerate(sorted(files, key=natural_order)))
    else:
        matches = [(pattern.fullmatch(p.name), p) for p in files]
        found = sorted((int(match[1]), p) for match, p in matches if match)
    if not found:
        what = "contains no picture" if path.is_dir() else "matches no file"
        raise ConfigError(
            f"'{path}' {what}: give a video, a folder of pictures ({', '.join(PICTURE_SUFFIXES)}) or "
            "a pattern such as img%03d.jpg."
        )
    first = found[0][0]
    return [(number - first, p) for number, p in found]


def _pattern_of(path: Path) -> re.Pattern[str] | None:
    """The expression for the file names of a pattern with one number; None if the name is no pattern."""
    parts = list(_NUMBERED.finditer(path.name))
    if len(parts) != 1:
        return None
    before, after = path.name[: parts[0].start()], path.name[parts[0].end() :]
    return re.compile(rf"{re.escape(before)}(\d{{{int(parts[0][1] or 1)},}}){re.escape(after)}")


def natural_order(path: Path) -> list[tuple[int, str]]:
    """Sort key of files by name, with numbers by value: img2 before img10."""
    pieces = re.split(r"(\d+)", path.name)
    return [(int(piece), "") if piece.isdigit() else (-1, piece) for piece in pieces]
