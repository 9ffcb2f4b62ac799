"""The options of the graph as texts, the form of launch arguments."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mer_ros.errors import ConfigError
from mer_ros.graph.options import DEMO, GraphOptions, arguments


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
