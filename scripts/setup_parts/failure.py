"""What the set-up says when it cannot go on."""

from __future__ import annotations


class SetupError(Exception):
    """The set-up cannot go on; the message is one sentence that says what to do."""
