"""Patterns of frame files, such as ``CASME2-RAW/sub{subject:02}/{clip}/img{frame}.jpg``.

Fields stand in braces; ``{subject:02}`` pads a number with zeros, and text is kept as it is. ``{frame}`` is
the number of a frame with any number of leading zeros. A pattern without ``{frame}`` names a video. Folders
and videos may contain ``*`` and ``?``, which must match one of them. Images may have any ending of an image.

>>> pattern = FramePattern("sub{subject:02}/{clip}/img{frame}.jpg")
>>> pattern.folder({"subject": "1", "clip": "EP02_01f"})
'sub01/EP02_01f'
>>> pattern.number("img046.png", {})
46
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from mer_ros.errors import ConfigError
from mer_ros.media.names import PICTURE_SUFFIXES

_FIELD = re.compile(r"\{([a-z]+)(?::0?(\d{1,2}))?\}")
FIELDS = ("subject", "clip", "label", "frame", "folder", "code", "video", "onset")
"""Fields of a pattern. folder, code and video are read from the sheets of some data sets only."""


@dataclass(frozen=True)
class FramePattern:
    """A pattern; ConfigError for one that cannot be used."""

    text: str

    def __post_init__(self) -> None:
        """Raise ConfigError for unknown fields, a path that leaves the folder, or a frame in a folder."""
        fields = [found[1] for found in _FIELD.finditer(self.text)]
        rest = _FIELD.sub("", self.text)
        parts = self.text.split("/")
        bad = set(fields) - set(FIELDS) or set("{}\\") & set(rest) or ".." in parts or parts[0] == ""
        if bad or "{frame" in "/".join(parts[:-1]) or fields.count("frame") > 1 or not parts[-1]:
            raise ConfigError(
                f"The frame pattern {self.text!r} cannot be used: write a path below the folder with fields "
                f"of {', '.join(FIELDS)} in braces and {{frame}} at most once, in the file name."
            )

    @property
    def is_video(self) -> bool:
        """Whether it names a video file instead of images."""
        return "{frame" not in self.text

    @cached_property
    def _split(self) -> tuple[str, str]:
        folder, _, name = self.text.rpartition("/")
        return folder, name

    def folder(self, fields: Mapping[str, str]) -> str:
        """The folder of a clip, relative to the folder of the frames; it may contain wildcards."""
        return filled(self._split[0], fields)

    def file(self, fields: Mapping[str, str]) -> str:
        """The name of the video of a clip."""
        return filled(self._split[1], fields)

    def number(self, name: str, fields: Mapping[str, str]) -> int | None:
        """The number of the frame in a file of this name; None for another file."""
        found = self._expression(tuple(sorted(fields.items()))).fullmatch(name)
        return int(found[1]) if found else None

    def frames(self, folder: Path, fields: Mapping[str, str]) -> tuple[dict[int, Path], str]:
        """The files of a folder by the number of their frame, and a fault or ""."""
        expression = self._expression(tuple(sorted(fields.items())))
        found: dict[int, Path] = {}
        for path in folder.iterdir():
            match = expression.fullmatch(path.name)
            if match and int(match[1]) in found:
                names = sorted((path.name, found[int(match[1])].name))
                return {}, f"frame {int(match[1])} is there twice ({names[0]!r}, {names[1]!r}): keep one"
            if match:
                found[int(match[1])] = path
        return found, ""

    def _expression(self, fields: tuple[tuple[str, str], ...]) -> re.Pattern[str]:
        stem = self._split[1].rpartition(".")[0] or self._split[1]
        pieces, place = [], 0
        for match in _FIELD.finditer(stem):
            pieces.append(re.escape(stem[place : match.start()]))
            is_frame = match[1] == "frame"
            pieces.append(r"(\d+)" if is_frame else re.escape(filled(match[0], dict(fields))))
            place = match.end()
        pieces.append(re.escape(stem[place:]))
        endings = "|".join(re.escape(suffix) for suffix in PICTURE_SUFFIXES)
        return re.compile(f"{''.join(pieces)}(?i:{endings})")


def filled(text: str, fields: Mapping[str, str]) -> str:
    """The text with its fields in braces filled in.

    >>> filled("sub{subject:02}", {"subject": "7"}), filled("sub{subject:02}", {"subject": "x"})
    ('sub07', 'subx')
    """

    def value(match: re.Match[str]) -> str:
        plain = fields.get(match[1], "")
        return plain.zfill(int(match[2])) if match[2] and plain.isdecimal() else plain

    return _FIELD.sub(value, text)
