"""The subcommands of ``mer``. To add one, add a file with its function, and a line here."""

from __future__ import annotations

from typing import NamedTuple

EXIT_INTERRUPTED = 130
"""Exit code of a command that Ctrl-C has interrupted."""


class Subcommand(NamedTuple):
    """A subcommand.

    place: "module:function". short_help: its text in ``mer --help``. until_stopped: whether the command runs
    until a signal stops it, which then is no failure.
    """

    place: str
    short_help: str
    until_stopped: bool = False


COMMANDS: dict[str, Subcommand] = {
    "up": Subcommand("mer_ros.cli.up:up", "Start the nodes, and optionally a camera.", until_stopped=True),
    "watch": Subcommand(
        "mer_ros.cli.watch:watch", "Show a running graph live in a browser.", until_stopped=True
    ),
    "demo": Subcommand("mer_ros.cli.demo:demo", "Run the complete graph on a synthetic clip."),
    "analyze": Subcommand("mer_ros.cli.analyze:analyze", "Analyse recordings, and write a page of each."),
    "explain": Subcommand("mer_ros.cli.explain:explain", "Write a page of what a model has learned."),
    "train": Subcommand("mer_ros.cli.train:train", "Train a model, or resume an interrupted run."),
    "evaluate": Subcommand("mer_ros.cli.evaluate:evaluate", "Train and score systems and controls per fold."),
    "reproduce": Subcommand(
        "mer_ros.cli.reproduce:reproduce", "Redo the source post's experiment, also by subject."
    ),
    "doctor": Subcommand("mer_ros.cli.doctor:doctor", "Check this machine, and print remedies."),
}
"""Name to subcommand, in the order of ``mer --help``. Their modules import large packages in functions."""
