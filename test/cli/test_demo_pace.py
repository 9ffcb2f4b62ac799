"""The time limit of the demo on a slow machine, and the command that it prints."""

from __future__ import annotations

import pytest

from mer_ros.cli.demo_pace import Pace, command_with


def test_a_clip_that_plays_slowly_gets_more_time_once() -> None:
    pace = Pace(20.0, 0.5, 100.0)  # 62 s
    assert not pace.is_over(161.9, 10.0) and not pace.extended
    assert not pace.is_over(162.0, 10.0)
    assert pace.extended and pace.speed == pytest.approx(10 / 62)
    assert not pace.is_over(252.5, 19.9)  # 162 + 1.3 * 62 + 10 = 252.6
    assert pace.is_over(252.7, 19.9)
    assert pace.fitting_rate == pytest.approx(0.1)  # 0.8 * 19.9 / 152.7 = 0.104


@pytest.mark.parametrize("stream_s", [0.0, 1.0])
def test_a_clip_that_stands_still_gets_no_more_time(stream_s: float) -> None:
    pace = Pace(20.0, 0.5, 0.0)
    assert not pace.is_over(61.0, stream_s)
    assert pace.is_over(62.0, stream_s) and not pace.extended
    assert pace.fitting_rate == 0.01


@pytest.mark.parametrize(
    ("words", "command"),
    [
        ("demo", "mer demo --rate 0.2"),
        ("demo --rate 0.5 --fps 100", "mer demo --fps 100 --rate 0.2"),
        ("demo --rate=0.5 --seed 10", "mer demo --seed 10 --rate 0.2"),
        ("demo --seed 1 --fps 30", "mer demo --fps 30 --rate 0.2"),
    ],
)
def test_the_command_repeats_the_other_options(words: str, command: str) -> None:
    argv = ["/somewhere/mer", *words.split()]
    assert command_with(0.2, argv, {}) == command
    options = command.removeprefix("mer demo ")
    assert command_with(0.2, argv, {"MAKELEVEL": "1"}) == f'make demo OPTIONS="{options}"'
