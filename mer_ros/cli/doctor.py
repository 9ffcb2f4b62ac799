"""``mer doctor``: checks this machine and prints a remedy for each fault."""

from __future__ import annotations

import sys

import typer

from mer_ros.cli.terminal import fitted


def doctor(
    listen_s: float = typer.Option(
        2.0, "--listen", min=0.1, max=60.0, help="Time for which camera frames are counted, s."
    ),
) -> None:
    """Check ROS, packages, models, shared memory and cameras.

    Each line starts with ok, note (works, with a limit) or FIX (does not work) and ends with a remedy if
    there is one. The exit code is 1 if a line starts with FIX.
    """
    from mer_ros.doctor import Status, examine

    to_fix, caveats = 0, []
    for finding in examine(listen_s):
        typer.echo(fitted(str(finding), sys.stdout, indent=5))
        to_fix += finding.status is Status.FIX
        caveats += [finding.caveat] if finding.caveat else []
    last = f"{to_fix} to fix" if to_fix else "Nothing to fix"
    typer.echo(fitted(f"{', but '.join([last, *caveats])}.", sys.stdout))
    if to_fix:
        raise typer.Exit(1)
