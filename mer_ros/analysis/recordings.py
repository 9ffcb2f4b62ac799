"""Which recordings a command line names, and the folder of the results of each."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from mer_ros.errors import ConfigError, quantity
from mer_ros.media.names import PICTURE_SUFFIXES, VIDEO_SUFFIXES, is_picture_sequence, natural_order
from mer_ros.sources import bag_file
from mer_ros.sources.catalogue import SOURCES
from mer_ros.sources.source_spec import parse


class NamedRecording(NamedTuple):
    """spec: of its source. name: for titles. folder: name of the folder of its results."""

    spec: str
    name: str
    folder: str


def named_recordings(texts: Sequence[str]) -> list[NamedRecording]:
    """The recordings of a command line, in its order, each once.

    texts: sources as for ``sources.open_source``. A bag, or a folder with pictures only, is one recording; of
    any other folder every video and every bag in it is one. ConfigError for a camera, for a folder without
    anything to read, and for what does not exist.
    """
    specs = list(dict.fromkeys(spec for text in texts for spec in _specs(text)))
    folders: set[str] = set()
    found = []
    for spec in specs:
        missing = f"'{spec}' does not exist: give an existing video, bag or folder."
        kind, name = parse(spec, missing)
        if not SOURCES.get(kind).ends:
            raise ConfigError(f"'{spec}' is a camera, which has no end: record it as a video, or use mer up.")
        path, topic = _located(kind, name)
        if path is not None and not path.exists() and not is_picture_sequence(path):
            raise ConfigError(missing)
        title, folder = _named(path, topic, spec)
        found.append(NamedRecording(spec, title, _unused(folder, folders)))
    return found


def unread_pictures(texts: Sequence[str]) -> str:
    """One sentence that counts the pictures beside the recordings in folders of a command line; "" for none.

    texts: as for ``named_recordings``, which does not read them.
    """
    folders = {Path(os.path.expanduser(text)).resolve(): text for text in texts}
    counted = {text: len(_pictures_beside(folder)) for folder, text in folders.items()}
    names = " and ".join(f"'{text}'" for text, number in counted.items() if number)
    number = sum(counted.values())
    if not number:
        return ""
    verb = "is" if number == 1 else "are"
    return (
        f"{quantity(number, 'picture')} beside the videos or bags in {names} {verb} not read: move those of "
        "one recording into a folder of their own."
    )


def _located(kind: str, name: str) -> tuple[Path | None, str]:
    """Path of a source, None for a synthetic clip, and the topic of a bag."""
    if kind == "synthetic":
        return None, ""
    return bag_file.split(name) if kind == "bag" else (Path(name), "")


def _named(path: Path | None, topic: str, spec: str) -> tuple[str, str]:
    """Title of a source and the name of its folder; the topic of a bag is part of both."""
    if path is None:
        return spec, _folder_name(spec)
    title = path.name or str(path)
    folder = _folder_name(title) + topic.replace("/", "_")
    return (f"{title}:{topic}" if topic else title), folder


def _specs(text: str) -> list[str]:
    """The sources that one word of the command line names."""
    folder = Path(os.path.expanduser(text))
    if not _holds_recordings(folder):
        return [text]
    inside = _inside(folder)
    recordings = [str(path) for path in inside if _is_recording(path)]
    if recordings:
        return recordings
    if any(map(_is_picture, inside)):
        return [text]
    raise ConfigError(
        f"The folder '{text}' contains neither videos, bags nor pictures: give one that does, or name the "
        "files."
    )


def _pictures_beside(folder: Path) -> list[Path]:
    """The pictures of a folder of which the videos and bags are read instead."""
    inside = _inside(folder) if _holds_recordings(folder) else []
    return [path for path in inside if _is_picture(path)] if any(map(_is_recording, inside)) else []


def _holds_recordings(path: Path) -> bool:
    """Whether a path is a folder, and not a bag that is one."""
    return path.is_dir() and not (path / "metadata.yaml").is_file()


def _inside(folder: Path) -> list[Path]:
    """What is in a folder and not hidden, in natural order."""
    return sorted((path for path in folder.iterdir() if not path.name.startswith(".")), key=natural_order)


def _is_recording(path: Path) -> bool:
    return _is_video(path) or bag_file.is_bag(str(path))


def _is_picture(path: Path) -> bool:
    return path.suffix.lower() in PICTURE_SUFFIXES and path.is_file()


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
