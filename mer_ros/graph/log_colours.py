"""Colours of the nodes' messages: only on a terminal, whatever the environment requests."""

from __future__ import annotations

import sys

VARIABLE = "RCUTILS_COLORIZED_OUTPUT"


def variables() -> dict[str, str]:
    """The environment of nodes whose output this process forwards to its own: no colour codes in a file.

    Launch gives each node a terminal of its own, so that a node cannot tell where its output ends. Many users
    request colours in their profile. On a terminal both stay as they are.
    """
    is_terminal = sys.stdout is not None and not sys.stdout.closed and sys.stdout.isatty()
    return {} if is_terminal else {VARIABLE: "0"}
