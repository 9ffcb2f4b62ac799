"""Sources of frames, one kind per file and listed in ``SOURCES``, and their playback as a camera.

Each name is imported on first use, OpenCV when a source is opened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mer_ros.catalogue import lazy_names

if TYPE_CHECKING:
    from mer_ros.sources.catalogue import SOURCES
    from mer_ros.sources.pacer import Pacer
    from mer_ros.sources.playback import ImageArray, Playback, PlaybackCallbacks
    from mer_ros.sources.source import Source, SourceOptions, VideoSource
    from mer_ros.sources.source_spec import open_source

_MODULES = {
    "SOURCES": "catalogue",
    "Pacer": "pacer",
    "ImageArray": "playback",
    "Playback": "playback",
    "PlaybackCallbacks": "playback",
    "Source": "source",
    "SourceOptions": "source",
    "VideoSource": "source",
    "open_source": "source_spec",
}

__all__ = [
    "SOURCES",
    "Pacer",
    "ImageArray",
    "Playback",
    "PlaybackCallbacks",
    "Source",
    "SourceOptions",
    "VideoSource",
    "open_source",
]

__getattr__ = lazy_names(__name__, _MODULES)
