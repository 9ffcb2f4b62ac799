"""The subcommands: each names a function, and its line of help fits a terminal."""

from __future__ import annotations

from pkgutil import resolve_name

import pytest

from mer_ros.cli.catalogue import COMMANDS, Subcommand


@pytest.mark.parametrize(("name", "command"), COMMANDS.items(), ids=COMMANDS)
def test_a_subcommand_names_a_documented_function(name: str, command: Subcommand) -> None:
    function = resolve_name(command.place)
    assert callable(function) and function.__doc__
    assert command.place == f"mer_ros.cli.{name}:{name}"


@pytest.mark.parametrize(("name", "command"), COMMANDS.items(), ids=COMMANDS)
def test_its_line_of_help_fits_80_columns(name: str, command: Subcommand) -> None:
    width = max(map(len, COMMANDS))
    assert len(f"  {name:{width}}  {command.short_help}") <= 80 and command.short_help.endswith(".")
