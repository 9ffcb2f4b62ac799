"""The commands of ``mer``. To add one: a file with its function, and its line here."""

from __future__ import annotations

from typing import NamedTuple


class Subcommand(NamedTuple):
    """A command. place: "module:function". short_help: its line in ``mer --help``."""

    place: str
    short_help: str


COMMANDS: dict[str, Subcommand] = {
    "up": Subcommand("mer_ros.cli.up:up", "Start the nodes, and a camera if asked for."),
    "demo": Subcommand("mer_ros.cli.demo:demo", "The whole graph on a made clip, beside the truth."),
    "train": Subcommand("mer_ros.cli.train:train", "Train a model, or go on where a run stopped."),
    "evaluate": Subcommand("mer_ros.cli.evaluate:evaluate", "Train and score per fold, beside controls."),
    "doctor": Subcommand("mer_ros.cli.doctor:doctor", "Is this machine fit, and if not, what to do?"),
}
"""Name to command, in the order of ``mer --help``. Their modules import what is heavy inside functions."""
