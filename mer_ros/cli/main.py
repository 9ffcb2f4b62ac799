"""The command `mer`.

One file per subcommand, each with a function of its own name; heavy imports happen inside that function, so
that `mer --help` answers at once. What a user did wrong is one sentence on stderr and exit status 2.
"""

from __future__ import annotations

import sys

import typer

from mer_ros import __version__
from mer_ros.cli.demo import demo
from mer_ros.cli.doctor import doctor
from mer_ros.cli.evaluate import evaluate
from mer_ros.cli.train import train
from mer_ros.cli.up import up
from mer_ros.errors import MerError

EXIT_MISTAKE = 2
EXIT_INTERRUPTED = 130

app = typer.Typer(
    name="mer",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help without boxes, which screen readers spell out
    help="Micro-expression recognition for ROS 2: a camera topic becomes explained facial movements.",
)
for command, in_short in (
    (up, "Start the nodes, and a camera if asked for."),
    (demo, "The whole graph on a made clip, beside the truth."),
    (train, "Train a model, or go on where a run stopped."),
    (evaluate, "Train and score per fold, beside controls."),
    (doctor, "Is this machine fit, and if not, what to do?"),
):
    app.command(short_help=in_short)(command)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"mer_ros {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(
        False, "--version", callback=_show_version, is_eager=True, help="Show the version."
    ),
) -> None:
    """Options before the subcommand."""


def main() -> None:
    """Entry point of the installed command."""
    try:
        app()
    except MerError as error:
        typer.echo(f"mer: {error}", err=True)
        sys.exit(EXIT_MISTAKE)
    except KeyboardInterrupt:
        sys.exit(EXIT_INTERRUPTED)
