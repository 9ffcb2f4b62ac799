"""The error of the set-up."""

from __future__ import annotations


class SetupError(Exception):
    """The set-up cannot continue. The message is one sentence with a remedy."""
