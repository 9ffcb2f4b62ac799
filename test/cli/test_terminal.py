from __future__ import annotations

import io

import pytest

from mer_ros.cli.terminal import fitted

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
