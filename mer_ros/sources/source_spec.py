"""Parses the text that specifies a source, such as "file:clip.mp4", without OpenCV, and opens the source."""

from __future__ import annotations

from mer_ros.errors import ConfigError
from mer_ros.media.names import refuse_url
from mer_ros.sources.catalogue import SOURCES
from mer_ros.sources.source import SourceOptions, VideoSource


def parse(spec: str, unknown: str = "") -> tuple[str, str]:
    """(kind, name) of a source: its kind in ``SOURCES``, and the name to open.

    spec: "KIND:NAME", or a path alone: a webcam if it starts with /dev/, else a recording. ConfigError if it
    is neither, or a URL. unknown: the sentence if it is neither; by default it lists all notations. Examples:

    >>> parse("device:0"), parse("clips/a.mp4")
    (('device', '/dev/video0'), ('file', 'clips/a.mp4'))
    """
    kind, colon, name = spec.partition(":")
    if kind in SOURCES and colon:
        return kind, SOURCES.get(kind).resolve(name)
    refuse_url(spec)
    for kind, source in SOURCES:
        if source.matches(spec):
            return kind, source.resolve(spec)
    if spec in SOURCES:
        raise ConfigError(f"'{spec}' is incomplete: use {' or '.join(SOURCES.get(spec).forms)}.")
    if unknown:
        raise ConfigError(unknown)
    forms = ", ".join(forms_of(direct=True))
    others = " or ".join(forms_of(direct=False))
    raise ConfigError(
        f"'{spec}' is neither a camera nor an existing file: use {forms}, the path alone, or, for the camera "
        f"node, {others}."
    )


def forms_of(direct: bool) -> tuple[str, ...]:
    """Notations of the sources that the face tracker may open itself (direct), or of the others."""
    return tuple(form for _, source in SOURCES if source.direct is direct for form in source.forms)


def description() -> str:
    """All notations, for the description of a parameter or an option."""
    forms = ", ".join((*forms_of(direct=False), *forms_of(direct=True)))
    files = "a video, a folder of pictures or a pattern such as img%03d.jpg"
    return f"{forms} or the path alone; a file is {files}"


def open_source(spec: str, options: SourceOptions) -> VideoSource:
    """Open the source that a text specifies; ConfigError or DataError if it cannot be opened."""
    kind, name = parse(spec)
    source = SOURCES.get(kind).open(name, options)
    if not options.rotate:
        return source
    from mer_ros.sources.rotated import RotatedSource

    return RotatedSource(source, options.rotate)
