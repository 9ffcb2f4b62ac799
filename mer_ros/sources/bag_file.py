"""Bags of ROS 1 and 2, read without ROS with the package rosbags: .bag, .db3 and .mcap files."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from mer_ros.compat import need
from mer_ros.errors import ConfigError, DataError, quantity
from mer_ros.files import message_files
from mer_ros.media.names import refuse_url

SUFFIXES = (".bag", ".db3", ".mcap")
"""Endings of the files of bags; a bag of ROS 2 may also be given as its folder."""

_PACKAGE = "mer_interfaces"
_WITH_TOPIC = re.compile(r"(.+):(/[\w/]+)")


class OpenBag(NamedTuple):
    """An open bag. path: of its file or folder. reader: of rosbags. types: of ROS 2, into which ROS 1 is
    converted.
    """

    path: Path
    reader: Any
    types: Any

    def messages(self, connections: Collection[Any], noun: str) -> Iterator[tuple[Any, int, bytes]]:
        """Connection, time of recording, ns, and CDR bytes of each message, in order of recording.

        noun: for a message, as in "image". DataError behind the last message before damage.
        """
        read = 0
        try:
            for connection, recorded_ns, data in self.reader.messages(connections):
                if not self.reader.is2:
                    data = self.types.ros1_to_cdr(data, connection.msgtype)
                yield connection, recorded_ns, bytes(data)
                read += 1
        except Exception as error:  # SQLite, Zstandard and the readers have exceptions of their own
            raise DataError(
                f"'{self.path}' is damaged after {quantity(read, noun)} ({_cause(error)}): give a "
                "complete copy."
            ) from error

    def typestore(self, kinds: Collection[str]) -> Any:
        """A store of rosbags with which messages of these types can be read.

        Definitions that the bag does not contain are those of this package. ConfigError if it has none of a
        type.
        """
        stored = self.reader.typestore
        if all(kind in stored.fielddefs for kind in kinds):
            return stored
        typesys = need("rosbags.typesys")
        own: dict[str, Any] = {}
        for file in message_files():
            own.update(
                typesys.get_types_from_msg(file.read_text(encoding="utf-8"), f"{_PACKAGE}/msg/{file.stem}")
            )
        self.types.register(own)
        missing = [kind for kind in kinds if kind not in self.types.fielddefs]
        if missing:
            raise ConfigError(
                f"'{self.path}' does not contain the definition of {missing[0]}, and {_PACKAGE} was not "
                "found: source the workspace's install/setup.bash."
            )
        return self.types


@contextmanager
def opened(path: Path) -> Iterator[OpenBag]:
    """Open a bag; ConfigError if it cannot be read, PackageError without rosbags."""
    highlevel, typesys = need("rosbags.highlevel"), need("rosbags.typesys")
    types = typesys.get_typestore(typesys.Stores.ROS2_JAZZY)
    try:
        reader = highlevel.AnyReader([path], default_typestore=types)
        reader.open()
    except Exception as error:  # SQLite, YAML and both readers have exceptions of their own
        raise ConfigError(
            f"'{path}' cannot be read as a bag ({_cause(error)}): give a complete one."
        ) from error
    with closing(reader):
        yield OpenBag(path, reader, types)


def _cause(error: Exception) -> str:
    """The first line of what a reader says, or the name of its exception."""
    return str(error).strip().partition("\n")[0].rstrip(".") or type(error).__name__


def split(name: str) -> tuple[Path, str]:
    """Path of a bag and topic, "" if none is named.

    >>> split("runs/run_1:/camera/image_raw")
    (PosixPath('runs/run_1'), '/camera/image_raw')
    """
    found = None if Path(os.path.expanduser(name)).exists() else _WITH_TOPIC.fullmatch(name)
    path, topic = (found[1], found[2]) if found else (name, "")
    return Path(os.path.expanduser(path)), topic


def check_path(name: str) -> None:
    """Raise ConfigError unless a name is that of a file, or of a folder with metadata.yaml."""
    refuse_url(name)
    path, _ = split(name)
    if not _is_bag(path):
        raise ConfigError(
            f"'{path}' is no bag: give a folder with metadata.yaml or a file that ends in "
            f"{', '.join(SUFFIXES)}, as bag:PATH or bag:PATH:/TOPIC."
        )


def _is_bag(path: Path) -> bool:
    return (path / "metadata.yaml").is_file() or (path.is_file() and path.suffix in SUFFIXES)


def is_bag(text: str) -> bool:
    """Whether a text without a kind is the path of a bag, with or without a topic."""
    return bool(text) and _is_bag(split(text)[0])
