"""A recording of ROS as a source: an image topic of a bag of ROS 1 or 2, read without ROS.

Messages are decoded by the same code as in the tracker (``stream.wire``). Bags are read with the package
rosbags, which needs no installation of ROS and reads .bag, .db3 and .mcap files.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from mer_ros.compat import need
from mer_ros.errors import BadFrame, ConfigError, DataError, quantity
from mer_ros.media.names import refuse_url
from mer_ros.sources.source import Source, SourceOptions

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SUFFIXES = (".bag", ".db3", ".mcap")
"""Endings of the files of bags; a bag of ROS 2 may also be given as its folder."""

_RAW, _COMPRESSED = "sensor_msgs/msg/Image", "sensor_msgs/msg/CompressedImage"
_WITH_TOPIC = re.compile(r"(.+):(/[\w/]+)")
_SCANNED = 300  # messages from which the frame rate is measured


class _Bag(NamedTuple):
    """An open bag. path: of its file or folder. connections: those of the image topic. types: of ROS 2, into
    which ROS 1 is converted.
    """

    path: Path
    reader: Any
    connections: list[Any]
    types: Any

    @property
    def n_images(self) -> int:
        """Number of messages on the topic."""
        return sum(connection.msgcount for connection in self.connections)

    def messages(self) -> Iterator[tuple[str, int, bytes]]:
        """Type, time of recording, ns, and CDR bytes of each message, in order of recording.

        DataError behind the last message before damage.
        """
        read = 0
        try:
            for connection, recorded_ns, data in self.reader.messages(self.connections):
                if not self.reader.is2:
                    data = self.types.ros1_to_cdr(data, connection.msgtype)
                yield connection.msgtype, recorded_ns, bytes(data)
                read += 1
        except Exception as error:  # SQLite, Zstandard and the readers have exceptions of their own
            raise DataError(
                f"'{self.path}' is damaged after {quantity(read, 'image')} ({_cause(error)}): give a "
                "complete copy."
            ) from error


class BagSource:
    """Reads an image topic of a bag at the stamps of its messages. See ``VideoSource``.

    name: path of the bag, with ":" and the topic behind it if there are several, as in
    run_1:/camera/image_raw. fps of the options: image i has the time i / fps. A bag whose stamps are zero is
    read at the times at which the messages were recorded. Messages that are no image that can be used, and
    such with a stamp that is not later than the one before, are left out and counted. ConfigError if there is
    no such topic, DataError behind the images before damage.
    """

    live, format = False, ""

    def __init__(self, name: str, options: SourceOptions) -> None:
        self._name, self._given_fps = name, options.fps
        self.warnings: list[str] = []
        stamps: list[tuple[int, int]] = []
        with _opened(name) as bag:
            try:
                for message in islice(bag.messages(), _SCANNED):
                    stamps.append(_stamp_ns(*message))
            except DataError:  # which ``timed_frames`` raises again, behind the images
                if len(stamps) < 2:
                    raise
        self._by_stamp = any(stamp for stamp, _ in stamps)
        self.fps = options.fps or _rate([one[0 if self._by_stamp else 1] for one in stamps])
        if len(stamps) < 2 or self.fps <= 0:
            raise ConfigError(
                f"'{name}' has {quantity(len(stamps), 'image')} at different times, which shows no movement: "
                "give another bag or topic."
            )

    def timed_frames(self) -> Iterator[tuple[int, NDArray[np.uint8]]]:
        """Every usable image, from the first."""
        self.warnings.clear()
        if not self._by_stamp:
            self.warnings.append(
                f"the images of '{self._name}' have no stamps: the times of their recording are used."
            )
        first_ns: int | None = None
        last_ns, unordered = -1, 0
        unusable, reason = 0, ""
        with _opened(self._name) as bag:
            try:
                for number, message in enumerate(bag.messages()):
                    try:
                        image = _decoded(*message[::2])
                    except BadFrame as error:
                        unusable, reason = unusable + 1, reason or str(error)
                        continue
                    stamp_ns = _stamp_ns(*message)[0 if self._by_stamp else 1]
                    first_ns = stamp_ns if first_ns is None else first_ns
                    time_ns = (
                        round(number * 1e9 / self._given_fps) if self._given_fps else stamp_ns - first_ns
                    )
                    if time_ns <= last_ns:
                        unordered += 1
                        continue
                    last_ns = time_ns
                    yield time_ns, image
            finally:
                self._warn(unusable, reason, unordered)
        if last_ns < 0:
            raise DataError(f"no image of '{self._name}' can be used: {reason}")

    def _warn(self, unusable: int, reason: str, unordered: int) -> None:
        """Add the warnings at the end. reason: why the first of the unusable images is unusable."""
        if unusable:
            self.warnings.append(
                f"{quantity(unusable, 'image')} of '{self._name}' cannot be used and are left out, the "
                f"first because {reason}"
            )
        if unordered:
            self.warnings.append(
                f"{quantity(unordered, 'image')} of '{self._name}' have a stamp that is not later than the "
                "one before: they are left out."
            )

    def close(self) -> None:
        """Do nothing: the bag is open only while it is read."""


def _rate(times_ns: list[int]) -> float:
    """Frames per second; 0 with fewer than two different times."""
    import numpy as np

    from mer_ros.media.presentation_times import frame_rate

    times = np.unique(np.array(times_ns, np.int64))
    return frame_rate((times - times[:1]) * 1e-9, 1e-6)


def _decoded(kind: str, data: bytes) -> NDArray[np.uint8]:
    """(H, W, 3) uint8 BGR of a serialised image message; BadFrame if it cannot be used."""
    from mer_ros.media.still_images import decode
    from mer_ros.stream import image_checks, wire

    if kind == _COMPRESSED:
        compressed = wire.read_compressed(data)
        image_checks.check_format(compressed.format)
        return decode(compressed.data)
    image = wire.read_image(data)
    layout = image_checks.check_image(image.height, image.width, image.encoding, image.step, len(image.data))
    if layout.encoding in image_checks.CV_BRIDGE_ENCODINGS:
        raise BadFrame(
            "encoding", f"images in {layout.encoding} of a bag cannot be read: convert them to bgr8."
        )
    return image_checks.to_bgr(layout, image.data, bool(image.is_bigendian))


def _stamp_ns(kind: str, recorded_ns: int, data: bytes) -> tuple[int, int]:
    """Stamp of a message, 0 if it cannot be read, and time at which it was recorded, ns."""
    from mer_ros.stream import wire

    try:
        read = wire.read_compressed if kind == _COMPRESSED else wire.read_image
        return read(data).stamp_ns, recorded_ns
    except BadFrame:
        return 0, recorded_ns


@contextmanager
def _opened(name: str) -> Iterator[_Bag]:
    """The bag of a name with its image topic; ConfigError if it cannot be read or has none."""
    path, topic = split(name)
    check_path(name)
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
        yield _Bag(path, reader, _connections(reader, path, topic), types)


def _cause(error: Exception) -> str:
    """The first line of what a reader says, or the name of its exception."""
    return str(error).strip().partition("\n")[0].rstrip(".") or type(error).__name__


def _connections(reader: Any, path: Path, topic: str) -> list[Any]:
    """Those of the image topic; of a camera that was recorded raw and compressed, the raw ones."""
    images = [one for one in reader.connections if one.msgtype in (_RAW, _COMPRESSED) and one.msgcount]
    images = [one for one in images if not one.topic.endswith("/compressedDepth")]
    topics = sorted({one.topic for one in images})
    cameras = [one for one in topics if one.removesuffix("/compressed") not in {*topics} - {one}]
    chosen = [topic] if topic else cameras
    if len(chosen) != 1 or chosen[0] not in topics:
        if not topics:
            raise ConfigError(f"'{path}' contains no images: give a bag with an image topic.")
        wrong = f"has no images on {topic}" if topic else "has several image topics"
        raise ConfigError(f"'{path}' {wrong}: give one, as in {path}:{topics[0]} ({', '.join(topics)}).")
    return [one for one in images if one.topic == chosen[0]]


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


def count(name: str, options: SourceOptions) -> int:
    """Number of messages on the image topic."""
    with _opened(name) as bag:
        return bag.n_images


def image_size(name: str, options: SourceOptions) -> tuple[int, int]:
    """(width, height) of the first usable image, pixels."""
    _, image = next(iter(BagSource(name, options).timed_frames()))
    return image.shape[1], image.shape[0]


SOURCE = Source(
    forms=("bag:PATH",),
    open=BagSource,
    direct=True,
    ends=True,
    uses=("fps", "rate", "wait_for_subscribers"),
    check=check_path,
    image_size=image_size,
    resolve=os.path.expanduser,
    count=count,
    matches=is_bag,
)
