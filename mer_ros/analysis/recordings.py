"""Which recordings a command line names, and the folder of the results of each."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from mer_ros.errors import ConfigError
from mer_ros.media.names import PICTURE_SUFFIXES, natural_order
from mer_ros.sources.catalogue import SOURCES
from mer_ros.sources.source_spec import parse

VIDEO_SUFFIXES = (
    ".mp4 .m4v .mov .avi .mkv .webm .mpg .mpeg .wmv .flv .ts .mts .m2ts .3gp .ogv .mjpeg .mjpg .mxf .y4m"
).split()
"""Endings by which a video in a folder is recognised, in lower case; one that is named may have any."""


class NamedRecording(NamedTuple):
    """spec: of its source. name: for titles. folder: name of the folder of its results."""

    spec: str
    name: str
    folder: str


def named_recordings(texts: Sequence[str]) -> list[NamedRecording]:
    """The recordings of a command line, in its order, each once.

    texts: sources as for ``sources.open_source``. A folder with pictures, or with a recording of ROS, is one
    recording; of any other folder every video in it is one. ConfigError for a camera, and for a folder
    without anything to read.
    """
    specs = list(dict.fromkeys(spec for text in texts for spec in _specs(text)))
    folders: set[str] = set()
    found = []
    for spec in specs:
        kind, name = parse(spec)
        if not SOURCES.get(kind).ends:
            raise ConfigError(f"'{spec}' is a camera, which has no end: record it as a video, or use mer up.")
        title = spec if kind == "synthetic" else Path(name).name or name
        found.append(NamedRecording(spec, title, _unused(_folder_name(title), folders)))
    return found


def _specs(text: str) -> list[str]:
    """The sources that one word of the command line names."""
    folder = Path(os.path.expanduser(text))
    if not folder.is_dir() or (folder / "metadata.yaml").is_file():
        return [text]
    files = sorted((path for path in folder.iterdir() if path.is_file()), key=natural_order)
    files = [path for path in files if not path.name.startswith(".")]
    videos = [str(path) for path in files if path.suffix.lower() in VIDEO_SUFFIXES]
    if videos:
        return videos
    if any(path.suffix.lower() in PICTURE_SUFFIXES for path in files):
        return [text]
    raise ConfigError(
        f"The folder '{text}' contains neither videos nor pictures: give one that does, or name the files."
    )


def _folder_name(title: str) -> str:
    """A name that every file system takes."""
    return re.sub(r"[^\w.+-]+", "_", Path(title).stem).strip("._") or "recording"


def _unused(name: str, used: set[str]) -> str:
    """The name with a number behind it if it is used already; it is used then."""
    number, chosen = 1, name
    while chosen.casefold() in used:
        number += 1
        chosen = f"{name}_{number}"
    used.add(chosen.casefold())
    return chosen
