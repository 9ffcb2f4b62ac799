"""Start of the command ``mer``: a signal during its imports, which take a second, ends it at once."""

from __future__ import annotations

import os
import signal
import sys

from mer_ros.cli.catalogue import COMMANDS, EXIT_INTERRUPTED
from mer_ros.graph import huge_pages


def main() -> None:
    """Entry point of the installed command.

    SIGINT ends a command while it is imported, when it has nothing to release. A command that runs until it
    is stopped then ends with exit code 0, also on SIGTERM, and until it handles both signals itself.
    """
    huge_pages.reexec()
    name = next((word for word in sys.argv[1:] if not word.startswith("-")), "")
    until_stopped = name in COMMANDS and COMMANDS[name].until_stopped
    code = 0 if until_stopped else EXIT_INTERRUPTED
    for number in (signal.SIGINT, signal.SIGTERM) if until_stopped else (signal.SIGINT,):
        signal.signal(number, lambda *_: os._exit(code))
    huge_pages.release_signals()
    from mer_ros.cli import main as command

    if not until_stopped:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    command.main()
