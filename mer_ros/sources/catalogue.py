"""The kinds of sources. To add one, add a file with its ``Source``, and a line here."""

from __future__ import annotations

from mer_ros.catalogue import Catalogue
from mer_ros.sources.source import Source

SOURCES: Catalogue[Source] = Catalogue(
    "source",
    {
        "synthetic": "mer_ros.sources.synthetic_clip:SOURCE",
        "device": "mer_ros.sources.webcam:SOURCE",
        "bag": "mer_ros.sources.bag:SOURCE",
        "file": "mer_ros.sources.video_file:SOURCE",
    },
)
"""Kind to ``Source``. A text without a kind belongs to the first kind that ``matches`` it."""
