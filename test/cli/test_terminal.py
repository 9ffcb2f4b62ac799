from __future__ import annotations

import io

import pytest
from rich.console import Console

from mer_ros.cli.terminal import fitted, print_line

LINE = "mer: one/long-path/to is not writable: choose another."


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "24")


def test_a_terminal_gets_rows_broken_between_words() -> None:
    assert fitted(LINE, Terminal(), indent=2).splitlines() == [
        "mer: one/long-path/to is",
        "  not writable: choose",
        "  another.",
    ]


def test_a_word_is_never_broken() -> None:
    assert fitted("a /path/of/more/than/24-columns here", Terminal()).splitlines() == [
        "a",
        "/path/of/more/than/24-columns",
        "here",
    ]


def test_a_file_or_pipe_gets_the_line_unchanged() -> None:
    assert fitted(LINE, io.StringIO()) == LINE


@pytest.mark.parametrize("stream", [io.StringIO(), Terminal()])
def test_a_printed_path_stays_whole_and_its_brackets_are_kept(stream: io.StringIO) -> None:
    path = "/data/" + "long-folder-name/" * 8 + "results[red]/clip [1].html"
    print_line(Console(file=stream, force_terminal=False, width=40), path)
    assert stream.getvalue().replace("\n", " ").rstrip() == path
