"""Ctrl-C that ends an analysis after the current frame, so that what was found is kept."""

from __future__ import annotations

import signal
from types import FrameType, TracebackType


class Interruption:
    """While its context is entered, or from ``begin`` on, the first SIGINT is noted, and a second one raises
    KeyboardInterrupt.

    requested: whether a SIGINT has arrived; it stays True. For the main thread only.
    """

    def __init__(self) -> None:
        self.requested = False
        self._before: signal.Handlers | int | None = None

    def begin(self) -> None:
        """Note SIGINT from now on."""
        self._before = signal.signal(signal.SIGINT, self._note)  # type: ignore[assignment]

    def __enter__(self) -> Interruption:
        self.begin()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        signal.signal(signal.SIGINT, self._before)

    def __call__(self) -> bool:
        """Whether a SIGINT has arrived."""
        return self.requested

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self.requested:
            raise KeyboardInterrupt
        self.requested = True
