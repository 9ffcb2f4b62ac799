"""The options of the graph as texts, the form of launch arguments."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mer_ros.errors import ConfigError
from mer_ros.graph.options import DEMO, GraphOptions, arguments
from mer_ros.graph.parameters import CAMERA, FACE_TRACKER
from mer_ros.sources import SOURCES


def test_texts_become_options_and_back() -> None:
    given = {a.name: a.default for a in arguments(DEMO)}
    assert GraphOptions.from_text(given) == DEMO
    changed = GraphOptions.from_text({"fps": "30", "rviz": "TRUE", "events": "7"}, DEMO)
    assert changed == replace(DEMO, fps=30.0, rviz=True, events=7)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"fps": "fast"}, "fps must be a number"),
        ({"events": "2.5"}, "events must be a whole number"),
        ({"rviz": "maybe"}, "rviz must be true or false"),
        ({"modle": "x"}, "modle is unknown"),
    ],
)
def test_texts_that_cannot_be_parsed_are_refused_by_name(given: dict[str, str], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        GraphOptions.from_text(given)


@pytest.mark.parametrize("kind", SOURCES.names)
def test_the_texts_name_every_notation_of_a_source(kind: str) -> None:
    source = SOURCES.get(kind)
    helps = {argument.name: argument.help for argument in arguments()}
    of_camera = next(p.description for p in CAMERA if p.name == "source")
    of_tracker = next(p.description for p in FACE_TRACKER if p.name == "camera")
    for form in source.forms:
        assert form in helps["camera"] and form in of_camera
        assert (form in helps["direct"], form in of_tracker) == (source.direct, source.direct)
