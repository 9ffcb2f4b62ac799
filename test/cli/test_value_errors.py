"""A value of the wrong type or range is refused with what to give instead, in our words."""

from __future__ import annotations

import sys
from typing import Annotated

import pytest
import typer

from mer_ros.cli import main as cli
from mer_ros.cli.value_errors import remedied


def command(
    fps: Annotated[float, typer.Option(min=10, max=500)] = 200.0,
    seed: Annotated[int, typer.Option(min=0)] = 1,
) -> None:
    """Do nothing."""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--fps", "abc"], "--fps': give a number; 'abc' was given."),
        (["--fps", "5"], "--fps': give 10 or more; '5' was given."),
        (["--fps", "1e3"], "--fps': give 500 or less; '1e3' was given."),
        (["--seed", "1.5"], "--seed': give a whole number; '1.5' was given."),
        (["--seed", "-1"], "--seed': give 0 or more; '-1' was given."),
    ],
)
def test_a_wrong_value_is_refused_with_what_to_give(
    arguments: list[str],
    words: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    app = typer.Typer()
    app.command()(command)
    monkeypatch.setattr(cli, "app", app)
    monkeypatch.setattr(sys, "argv", ["mer", *arguments])
    with pytest.raises(SystemExit) as raised:
        cli.main()
    assert raised.value.code == 2
    assert capsys.readouterr().err.splitlines()[-1] == f"Error: Invalid value for '{words}"


def test_another_message_is_kept_without_the_words_of_the_checker() -> None:
    assert remedied("Invalid value for '--x': Value error, no such file.", None) == (
        "Invalid value for '--x': no such file."
    )
    assert remedied("Option '--rate' requires an argument.", None) == "Option '--rate' requires an argument."
