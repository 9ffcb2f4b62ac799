"""Reads the text that names a source, such as "file:clip.mp4", and opens it; free of OpenCV until then."""

from __future__ import annotations

from mer_ros.errors import ConfigError
from mer_ros.sources.catalogue import SOURCES
from mer_ros.sources.source import SourceOptions, VideoSource


def parse(spec: str) -> tuple[str, str]:
    """(kind, name) of a source: its name in ``SOURCES``, and what to open.

    "KIND:NAME" for a kind of the catalogue, or a path alone: a webcam below /dev, else a video file.
    ConfigError if it is neither.

    Example: ``parse("device:0")`` gives ("device", "/dev/video0"), ``parse("clips/a.mp4")`` ("file",
    "clips/a.mp4").
    """
    kind, _, name = spec.partition(":")
    if kind in SOURCES:
        return kind, SOURCES.get(kind).resolve(name)
    for kind, source in SOURCES:
        if source.matches(spec):
            return kind, spec
    forms = ", ".join(forms_of(direct=True))
    others = " or ".join(forms_of(direct=False))
    raise ConfigError(
        f"'{spec}' is no kind of camera and no file here: use {forms}, such a path alone, or for the camera "
        f"node {others}."
    )


def forms_of(direct: bool) -> tuple[str, ...]:
    """How the sources are written that the face tracker may open itself, or those that it may not."""
    return tuple(form for _, source in SOURCES if source.direct is direct for form in source.forms)


def open_source(spec: str, options: SourceOptions) -> VideoSource:
    """Open the source that a text names; ConfigError or DataError if it cannot be opened."""
    kind, name = parse(spec)
    return SOURCES.get(kind).open(name, options)
