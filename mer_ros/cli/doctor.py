"""`mer doctor`: is this machine fit, and if not, what to do."""

from __future__ import annotations

import shutil
import sys
import textwrap

import typer


def doctor(
    listen_s: float = typer.Option(
        2.0, "--listen", min=0.1, max=60.0, help="Seconds to count camera frames."
    ),
) -> None:
    """Check ROS, packages, models, shared memory and cameras: each line says ok, note or FIX and what to do.

    Exits with 1 if anything is to be fixed.
    """
    from mer_ros.doctor import Status, examine

    to_fix = 0
    for finding in examine(listen_s):
        typer.echo(_fitted(str(finding)))
        to_fix += finding.status is Status.FIX
    typer.echo(f"{to_fix} to fix." if to_fix else "Nothing to fix.")
    if to_fix:
        raise typer.Exit(1)


def _fitted(line: str) -> str:
    """Broken between words, under its own text, at the width of a terminal; whole in a file or a pipe."""
    if not sys.stdout.isatty():
        return line
    width = shutil.get_terminal_size().columns
    return textwrap.fill(
        line, width, subsequent_indent=" " * 5, break_long_words=False, break_on_hyphens=False
    )
