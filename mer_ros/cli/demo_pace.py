"""How long a clip of ``mer demo`` may take: a slow machine gets more time once, then a command that fits."""

from __future__ import annotations

import math
import os
import shlex
import sys
from collections.abc import Mapping, Sequence

_MAX_SLOWDOWN = 1.3  # a clip is given this multiple of its playing time
_MARGIN_S = 10.0
_SHARE = 0.8  # of the measured speed, which the recommended one is
_LEAST_SPEED = 0.02  # a clip that is slower is stopped


class Pace:
    """The time limit of a clip.

    At the limit, a clip that is still playing gets the time that the rest of it takes at the measured speed;
    it does so once.

    Parameters
    ----------
    duration_s : length of the clip, seconds of stream time.
    rate : requested playback speed, seconds of stream time per second.
    now_s : monotonic time at the start, seconds.

    Attributes
    ----------
    speed : playback speed measured since the first frame; 0 before it.
    extended : whether the clip was given more time.

    Example: a clip of 20 s at half speed has 20 / 0.5 x 1.3 + 10 = 62 s. If 10 s were played by then, in
    50 s, the other 10 s take 50 s at the same speed, and the new limit is 50 x 1.3 + 10 = 75 s later.
    """

    def __init__(self, duration_s: float, rate: float, now_s: float) -> None:
        self._duration_s, self._rate = duration_s, rate
        self._first: tuple[float, float] | None = None  # monotonic time and stream time
        self._limit_s = now_s + _allowed_s(duration_s / rate)
        self.speed, self.extended = 0.0, False

    def is_over(self, now_s: float, stream_s: float) -> bool:
        """Whether the clip must be stopped. now_s: monotonic time. stream_s: how much was played, seconds."""
        if self._first is None and stream_s > 0:
            self._first = now_s, stream_s
        if self._first is not None and now_s > self._first[0]:
            self.speed = (stream_s - self._first[1]) / (now_s - self._first[0])
        if now_s < self._limit_s:
            return False
        if self.extended or self.speed < _LEAST_SPEED:
            return True
        self.extended = True
        self._limit_s = now_s + _allowed_s(max(self._duration_s - stream_s, 0.0) / self.speed)
        return False

    @property
    def fitting_rate(self) -> float:
        """The playback speed to request on this machine, rounded down to hundredths."""
        return max(math.floor(100 * _SHARE * self.speed) / 100, 0.01)

    def stopped(self) -> str:
        """Sentence on a clip that was stopped, with the command that fits this machine."""
        if self.speed < _LEAST_SPEED:
            return "The clip was stopped, because it does not advance: see nodes.log for the cause."
        return (
            f"The clip was stopped: this machine plays it at {self.speed:.2f} x speed, not {self._rate:g} x; "
            f"repeat it with: {command_with(self.fitting_rate)}"
        )


def _allowed_s(playing_s: float) -> float:
    return _MAX_SLOWDOWN * playing_s + _MARGIN_S


def command_with(
    rate: float, argv: Sequence[str] | None = None, environ: Mapping[str, str] = os.environ
) -> str:
    """The command to type for another playback speed: that of make if it runs this process.

    argv: of ``mer demo``; None: of this process.
    """
    kept: list[str] = []
    words = iter((sys.argv if argv is None else argv)[2:])
    for word in words:
        if word == "--rate":
            next(words, None)
        elif not word.startswith("--rate="):
            kept.append(word)
    options = shlex.join([*kept, "--rate", f"{rate:g}"]).replace("--seed 1 ", "")
    return f'make demo OPTIONS="{options}"' if "MAKELEVEL" in environ else f"mer demo {options}"
