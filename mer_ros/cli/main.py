"""The command ``mer``, built from ``catalogue.COMMANDS``.

It reports a user error as one sentence on stderr, with exit code 2.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module

import typer

from mer_ros import __version__
from mer_ros.cli.catalogue import COMMANDS, Subcommand
from mer_ros.cli.terminal import fitted
from mer_ros.errors import MerError

EXIT_MISTAKE = 2
EXIT_INTERRUPTED = 130


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"mer_ros {__version__}")
        raise typer.Exit


def _options(
    version: bool = typer.Option(
        False, "--version", callback=_show_version, is_eager=True, help="Show the version."
    ),
) -> None:
    """Options before the subcommand."""


def build_app(commands: Mapping[str, Subcommand] = COMMANDS) -> typer.Typer:
    """The command line with these subcommands."""
    app = typer.Typer(
        name="mer",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,  # plain help, because screen readers read the characters of boxes
        help="Micro-expression recognition for ROS 2: from a camera topic to explained events.",
        callback=_options,
    )
    for name, command in commands.items():
        module, _, function = command.place.partition(":")
        app.command(name, short_help=command.short_help)(getattr(import_module(module), function))
    return app


app = build_app()


def main() -> None:
    """Entry point of the installed command."""
    try:
        app()
    except MerError as error:
        typer.echo(fitted(f"mer: {error}", sys.stderr), err=True)
        sys.exit(EXIT_MISTAKE)
    except KeyboardInterrupt:
        sys.exit(EXIT_INTERRUPTED)


if __name__ == "__main__":
    main()
