"""The command ``mer``: one file per subcommand, listed in ``catalogue``."""

from mer_ros.cli.catalogue import COMMANDS

__all__ = ["COMMANDS"]
