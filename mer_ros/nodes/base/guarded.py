"""Counts and logs exceptions of callbacks; five in a row set the diagnostic level to ERROR."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ClassVar, ParamSpec, TypeVar

from rclpy.lifecycle import LifecycleNode

from mer_ros.errors import MerError
from mer_ros.runtime import Counters, Streak, Throttle

P = ParamSpec("P")
T = TypeVar("T")

FAILURES_UNTIL_ERROR = 5
"""Consecutive failures after which diagnostics report an error."""

LONGEST_LINE = 1000
"""Characters of a logged sentence."""


class GuardedNode(LifecycleNode):
    """A node that survives exceptions in its callbacks.

    DROPS: reasons under which the node counts dropped items, in addition to "error". drops: these counts.
    streak: consecutive failures of ``work``. last_messages: reason to its last message. last_failure: message
    of the last exception.
    """

    DROPS: ClassVar[tuple[str, ...]] = ()

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.drops = Counters((*self.DROPS, "error"))
        self.streak = Streak(FAILURES_UNTIL_ERROR)
        self.last_messages: dict[str, str] = {}
        self.last_failure = ""
        self._throttle = Throttle(5.0)

    def guard(self, callback: Callable[P, T]) -> Callable[P, T | None]:
        """Wrap a callback: an exception is counted and logged, and the call returns None."""

        def guarded(*args: P.args, **kwargs: P.kwargs) -> T | None:
            try:
                return callback(*args, **kwargs)
            except Exception as error:
                self.report_failure(error)
                return None

        return guarded

    @contextmanager
    def work(self) -> Iterator[None]:
        """Context of one unit of the node's main work; its exceptions are counted and logged.

        Five consecutive failures trip ``streak``. ``guard`` does not count towards it: timers and
        subscriptions succeed even if all work fails, and would reset the streak.
        """
        try:
            yield
        except Exception as error:
            self.report_failure(error, tripped=self.streak.failure())
        else:
            self.streak.success()

    def report_failure(self, error: Exception, tripped: bool = False) -> None:
        """Count and log an exception. tripped: whether it has tripped the streak."""
        if not self.context.ok():  # the process is ending, so publishing fails
            return
        reason = getattr(error, "reason", "error")
        if reason not in self.DROPS:  # exceptions of other packages may have such an attribute too
            reason = "error"
        sentence = self.last_failure = sentence_of(error)
        if tripped:
            self.drops.add(reason)
            self.last_messages[reason] = sentence
            self.get_logger().error(f"{FAILURES_UNTIL_ERROR} failures in a row, the last: {sentence}")
        else:
            self.report_drop(reason, sentence)

    def report_drop(self, reason: str, sentence: str) -> None:
        """Count a drop and log the sentence, at most once in five seconds per reason."""
        sentence = one_line(sentence)
        self.drops.add(reason)
        if sentence:
            self.last_messages[reason] = sentence
        if sentence and self._throttle.ready(reason):
            self.get_logger().warning(sentence)


def first_line(error: Exception) -> str:
    """The first line of an exception's message, or its type."""
    return str(error).splitlines()[0] if str(error) else type(error).__name__


def one_line(text: str) -> str:
    r"""The text for a log: control characters as blanks, at most ``LONGEST_LINE`` characters.

    A name in a message is written by whoever publishes it: it must not look like a line of another node.

    >>> one_line("event a\n[ERROR] b: 7")
    'event a [ERROR] b: 7'
    """
    shown = "".join(letter if letter.isprintable() else " " for letter in text[: LONGEST_LINE + 1])
    return shown if len(shown) <= LONGEST_LINE else f"{shown[: LONGEST_LINE - 1]}…"


def sentence_of(error: Exception) -> str:
    """The message of a ``MerError``; for other exceptions, their type and the first line of the message."""
    if isinstance(error, MerError):
        return one_line(str(error))
    return one_line(f"{type(error).__name__}: {first_line(error)}")
