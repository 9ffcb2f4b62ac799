"""The kinds of sources: their records are consistent, and one more kind is one line."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from mer_ros.errors import ConfigError
from mer_ros.sources import source_spec
from mer_ros.sources.catalogue import SOURCES
from mer_ros.sources.source import Source, SourceOptions
from mer_ros.sources.source_spec import open_source


class GreyFrames:
    """A source of this test. name: its number of grey frames."""

    live = False
    warnings = ()

    def __init__(self, name: str, options: SourceOptions) -> None:
        self.fps = options.fps
        self._images = [np.full((4, 6, 3), value, np.uint8) for value in range(int(name))]

    def timed_frames(self) -> Iterator[tuple[int, np.ndarray]]:
        yield from enumerate(self._images)

    def close(self) -> None:
        self._images = []


GREY = Source(forms=("grey:COUNT",), open=GreyFrames, direct=True)


def test_a_source_is_added_by_one_line(monkeypatch: pytest.MonkeyPatch, options: SourceOptions) -> None:
    monkeypatch.setitem(SOURCES.places, "grey", f"{__name__}:GREY")
    source = open_source("grey:3", options)
    assert [(i, int(image.max())) for i, image in source.timed_frames()] == [(0, 0), (1, 1), (2, 2)]
    assert source.fps == options.fps
    source.close()
    assert source_spec.parse("films/a.mp4")[0] == "file", "the other kinds stay"
    with pytest.raises(
        ConfigError, match="use device:PATH, device:NUMBER, bag:PATH, file:PATH, grey:COUNT, "
    ):
        open_source("gray:3", options)


@pytest.mark.parametrize("kind", SOURCES.names)
def test_a_source_is_named_by_its_forms(kind: str) -> None:
    forms = SOURCES.get(kind).forms
    assert forms and all(form.startswith(f"{kind}:") for form in forms)


def test_the_tracker_may_open_sources_that_are_not_rendered() -> None:
    assert {kind: source.direct for kind, source in SOURCES} == {
        "synthetic": False,
        "device": True,
        "bag": True,
        "file": True,
    }


@pytest.mark.parametrize(
    ("kind", "name", "refused"),
    [
        ("synthetic", "first", True),
        ("synthetic", "1", False),
        ("file", "/no/such/video.mp4", True),
        ("device", "/dev/video987", False),  # it may be plugged in later
    ],
)
def test_a_name_is_checked_before_anything_starts(kind: str, name: str, refused: bool) -> None:
    if not refused:
        SOURCES.get(kind).check(name)
        return
    with pytest.raises(ConfigError):
        SOURCES.get(kind).check(name)
