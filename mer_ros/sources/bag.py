"""A recording of ROS as a source: an image topic of a bag of ROS 1 or 2, read without ROS.

Messages are decoded by the same code as in the tracker (``stream.wire``).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from mer_ros.errors import BadFrame, ConfigError, DataError, quantity
from mer_ros.sources.bag_file import OpenBag, check_path, is_bag, opened, split
from mer_ros.sources.source import Source, SourceOptions
from mer_ros.stream.published_images import is_published_image

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_RAW, _COMPRESSED = "sensor_msgs/msg/Image", "sensor_msgs/msg/CompressedImage"
_SCANNED = 300  # messages from which the frame rate is measured


class _Images(NamedTuple):
    """The image topic of an open bag. connections: those of the topic."""

    bag: OpenBag
    connections: list[Any]

    @property
    def n_images(self) -> int:
        """Number of messages on the topic."""
        return sum(connection.msgcount for connection in self.connections)

    def messages(self) -> Iterator[tuple[str, int, bytes]]:
        """Type, time of recording, ns, and CDR bytes of each message, in order of recording.

        DataError behind the last message before damage.
        """
        for connection, recorded_ns, data in self.bag.messages(self.connections, "image"):
            yield connection.msgtype, recorded_ns, data


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
    return image_checks.message_to_bgr(wire.read_image(data))


def _stamp_ns(kind: str, recorded_ns: int, data: bytes) -> tuple[int, int]:
    """Stamp of a message, 0 if it cannot be read, and time at which it was recorded, ns."""
    from mer_ros.stream import wire

    try:
        read = wire.read_compressed if kind == _COMPRESSED else wire.read_image
        return read(data).stamp_ns, recorded_ns
    except BadFrame:
        return 0, recorded_ns


@contextmanager
def _opened(name: str) -> Iterator[_Images]:
    """The image topic of a name; ConfigError if the bag cannot be read or has none."""
    check_path(name)
    path, topic = split(name)
    with opened(path) as bag:
        yield _Images(bag, _connections(bag.reader, path, topic))


def _connections(reader: Any, path: Path, topic: str) -> list[Any]:
    """Those of the image topic; of a camera that was recorded raw and compressed, the raw ones."""
    images = image_connections(reader)
    topics = sorted({one.topic for one in images})
    chosen = [topic] if topic else camera_topics(reader) or topics
    if len(chosen) != 1 or chosen[0] not in topics:
        if not topics:
            raise ConfigError(f"'{path}' contains no images: give a bag with an image topic.")
        wrong = f"has no images on {topic}" if topic else "has several image topics"
        raise ConfigError(f"'{path}' {wrong}: give one, as in {path}:{topics[0]} ({', '.join(topics)}).")
    return [one for one in images if one.topic == chosen[0]]


def image_connections(reader: Any) -> list[Any]:
    """The connections of a bag's reader that have images."""
    images = [one for one in reader.connections if one.msgtype in (_RAW, _COMPRESSED) and one.msgcount]
    return [one for one in images if not one.topic.endswith("/compressedDepth")]


def camera_topics(reader: Any) -> list[str]:
    """The topics of a bag's reader that have images of cameras, not of a graph; each camera once."""
    topics = {one.topic for one in image_connections(reader) if not is_published_image(one.topic)}
    return sorted(one for one in topics if one.removesuffix("/compressed") not in topics - {one})


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
