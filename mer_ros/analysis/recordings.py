"""Which recordings a command line names, and the folder of the results of each."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from mer_ros.errors import ConfigError
from mer_ros.media.names import PICTURE_SUFFIXES, natural_order
from mer_ros.sources import bag_file
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

    texts: sources as for ``sources.open_source``. A bag, or a folder with pictures only, is one recording; of
    any other folder every video and every bag in it is one. ConfigError for a camera, and for a folder
    without anything to read.
    """
    specs = list(dict.fromkeys(spec for text in texts for spec in _specs(text)))
    folders: set[str] = set()
    found = []
    for spec in specs:
        kind, name = parse(spec)
        if not SOURCES.get(kind).ends:
            raise ConfigError(f"'{spec}' is a camera, which has no end: record it as a video, or use mer up.")
        title, folder = _named(kind, name, spec)
        found.append(NamedRecording(spec, title, _unused(folder, folders)))
    return found


def _named(kind: str, name: str, spec: str) -> tuple[str, str]:
    """Title of a source and the name of its folder; the topic of a bag is part of both."""
    if kind == "synthetic":
        return spec, _folder_name(spec)
    path, topic = bag_file.split(name) if kind == "bag" else (Path(name), "")
    title = path.name or name
    folder = _folder_name(title) + topic.replace("/", "_")
    return (f"{title}:{topic}" if topic else title), folder


def _specs(text: str) -> list[str]:
    """The sources that one word of the command line names."""
    folder = Path(os.path.expanduser(text))
    if not folder.is_dir() or (folder / "metadata.yaml").is_file():
        return [text]
    inside = sorted((path for path in folder.iterdir() if not path.name.startswith(".")), key=natural_order)
    recordings = [str(path) for path in inside if _is_video(path) or bag_file.is_bag(str(path))]
    if recordings:
        return recordings
    if any(path.suffix.lower() in PICTURE_SUFFIXES for path in inside if path.is_file()):
        return [text]
    raise ConfigError(
        f"The folder '{text}' contains neither videos, bags nor pictures: give one that does, or name the "
        "files."
    )


def _is_video(path: Path) -> bool:
    return path.is_file() and path.suffix.lower() in VIDEO_SUFFIXES


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
