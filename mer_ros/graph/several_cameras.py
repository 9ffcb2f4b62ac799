"""Several cameras with one recogniser: names, image topics and remapped topics of their trackers."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mer_ros.errors import ConfigError
from mer_ros.graph import topic_names
from mer_ros.graph.options import GraphOptions

PLACE = "{camera}"
"""Stands for the name of the camera in the option ``image``."""

_TOPIC = f"/{PLACE}/image_raw"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True)
class Camera:
    """One camera of the graph. name: empty if it is the only one; it is then in the namespace of the graph.

    image: its topic.
    """

    name: str
    image: str

    def namespace(self, graph: str) -> str:
        """Namespace of the tracker. graph: that of the graph."""
        return f"{graph.rstrip('/')}/{self.name}" if self.name else graph

    def remappings(self, graph: str) -> tuple[tuple[str, str], ...]:
        """(from, to) of the tracker: its images, and the topics that it shares with the recogniser."""
        images = (
            (topic_names.IMAGE, self.image),
            (topic_names.IMAGE_COMPRESSED, f"{self.image}/compressed"),
        )
        if not self.name:
            return images
        prefix = topic_names.absolute(graph)
        shared = (topic_names.EVENTS, topic_names.EMOTION)
        return (*images, *((topic, f"{prefix}/{topic}") for topic in shared))


def cameras_of(options: GraphOptions) -> tuple[Camera, ...]:
    """The cameras of the graph; ConfigError for names that are no ROS names, equal, or cannot be combined."""
    names = [name for name in re.split(r"[\s,]+", options.cameras.strip().strip("[]").strip()) if name]
    if not options.cameras.strip():
        if PLACE in options.image:
            raise ConfigError(f"image {options.image!r} contains {PLACE}: name the cameras (cameras).")
        return (Camera("", options.image),)
    wrong = [name for name in names if not _NAME.fullmatch(name)]
    if wrong or not names:
        raise ConfigError(
            f"cameras {options.cameras!r} must be names of letters, digits and _, such as [front, left]."
        )
    if len(set(names)) < len(names):
        raise ConfigError(f"cameras {options.cameras!r} has a name twice: each tracker needs a namespace.")
    if options.camera:
        raise ConfigError(
            f"cameras cannot be combined with camera {options.camera!r}: start a driver for each camera."
        )
    image = _TOPIC if options.image == GraphOptions.image else options.image
    if PLACE not in image:
        raise ConfigError(f"image {image!r} must contain {PLACE}, since cameras names several.")
    return tuple(Camera(name, image.replace(PLACE, name)) for name in names)
