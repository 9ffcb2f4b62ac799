"""The command ``mer``, built from ``catalogue.COMMANDS``.

It reports a user error as one sentence on stderr, with exit code 2.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

from mer_ros import __version__
from mer_ros.cli.catalogue import COMMANDS, EXIT_INTERRUPTED, Subcommand
from mer_ros.cli.terminal import fitted
from mer_ros.cli.value_errors import remedied
from mer_ros.errors import MerError, unknown_name

EXIT_MISTAKE = 2

UsageError: Any = typer.BadParameter.__bases__[0]
"""Click's exception for a wrong command line, which typer does not export."""


class _Commands(TyperGroup):
    """The subcommands; the error for an unknown one lists them."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """See ``TyperGroup``."""
        if args[0] not in self.list_commands(ctx) and not args[0].startswith("-"):
            raise unknown_name("command", args[0], self.list_commands(ctx))
        return super().resolve_command(ctx, args)


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
        cls=_Commands,
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


def _show_usage_error(error: Any) -> None:
    """Print a usage error with its usage line, fitted to the terminal."""
    message = remedied(error.format_message(), error.__cause__)
    if "\n" in message or error.ctx is None:  # the help, which ``mer`` without a command shows
        error.show()
        return
    usage = f"{error.ctx.get_usage()}\nTry '{error.ctx.command_path} --help' for help.\n"
    typer.echo(usage, err=True)
    typer.echo(fitted(f"Error: {message}", sys.stderr), err=True)


def main() -> None:
    """Run the command line; ``entry.main`` calls it."""
    try:
        sys.exit(app(standalone_mode=False))
    except UsageError as error:
        _show_usage_error(error)
        sys.exit(EXIT_MISTAKE)
    except MerError as error:
        typer.echo(fitted(f"mer: {error}", sys.stderr), err=True)
        sys.exit(EXIT_MISTAKE)
    except KeyboardInterrupt:
        sys.exit(EXIT_INTERRUPTED)


if __name__ == "__main__":
    main()
