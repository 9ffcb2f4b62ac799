"""The time limit of the demo on a slow machine, and the command that it prints."""

from __future__ import annotations

import pytest

from mer_ros.cli.demo_pace import Pace, command_with


def test_a_clip_that_plays_slowly_gets_more_time_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["mer", "demo", "--seed", "2"])
    monkeypatch.delenv("MAKELEVEL", raising=False)
    pace = Pace(20.0, 0.5, 100.0)  # 62 s
    assert not pace.is_over(111.9, 0.0) and pace.speed == 0.0  # the camera starts
    assert not pace.is_over(112.0, 0.01)
    assert not pace.is_over(161.9, 10.0) and not pace.extended
    assert not pace.is_over(162.0, 10.01)
    assert pace.extended and pace.speed == pytest.approx(10 / 50)
    assert not pace.is_over(236.8, 19.9)  # 162 + 1.3 * 9.99 / 0.2 + 10 = 236.9
    assert pace.is_over(237.0, 19.9)
    assert pace.fitting_rate == pytest.approx(0.12)  # 0.8 * 19.89 / 125 = 0.127
    assert pace.stopped() == (
        "The clip was stopped: this machine plays it at 0.16 x speed, not 0.5 x; repeat it with: "
        "mer demo --seed 2 --rate 0.12"
    )


@pytest.mark.parametrize("stream_s", [0.0, 1.0])
def test_a_clip_that_stands_still_gets_no_more_time(stream_s: float) -> None:
    pace = Pace(20.0, 0.5, 0.0)
    assert not pace.is_over(61.0, stream_s)
    assert pace.is_over(62.0, stream_s) and not pace.extended
    assert "does not advance: see nodes.log" in pace.stopped()


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
