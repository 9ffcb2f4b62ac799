"""Exceptions of callbacks are counted and logged; five in a row set the diagnostic level to ERROR."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from rclpy.lifecycle import LifecycleNode

from mer_ros.errors import MerError
from mer_ros.runtime import Counters, Streak, Throttle

FAILURES_UNTIL_ERROR = 5
"""Failures in a row after which diagnostics report an error."""


class GuardedNode(LifecycleNode):
    """A node that survives exceptions of its callbacks.

    DROPS: reasons by which it counts what it drops, beside "error". drops: those counts. streak: failures of
    ``work`` in a row. last_messages: the last message by reason. last_failure: that of the last exception.
    """

    DROPS: ClassVar[tuple[str, ...]] = ()

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.drops = Counters((*self.DROPS, "error"))
        self.streak = Streak(FAILURES_UNTIL_ERROR)
        self.last_messages: dict[str, str] = {}
        self.last_failure = ""
        self._throttle = Throttle(5.0)

    def guard(self, callback: Callable[..., Any]) -> Callable[..., Any]:
        """The callback with its exceptions counted and logged; it returns None then."""

        def guarded(*args: Any) -> Any:
            try:
                return callback(*args)
            except Exception as error:
                self.report_failure(error)
                return None

        return guarded

    @contextmanager
    def work(self) -> Iterator[None]:
        """Context of one unit of the node's main work; its exceptions are counted and logged.

        Five failures in a row trip ``streak``. Timers and subscriptions are only guarded: they succeed also
        where all work fails, and would reset the streak.
        """
        try:
            yield
        except Exception as error:
            self.report_failure(error, tripped=self.streak.failure())
        else:
            self.streak.success()

    def report_failure(self, error: Exception, tripped: bool = False) -> None:
        """Count and log an exception. tripped: it is the one that trips the streak."""
        if not self.context.ok():  # the process ends: publishing fails
            return
        reason = getattr(error, "reason", "error")
        if reason not in self.DROPS:  # exceptions of other packages have an attribute of that name too
            reason = "error"
        sentence = self.last_failure = sentence_of(error)
        if tripped:
            self.drops.add(reason)
            self.last_messages[reason] = sentence
            self.get_logger().error(f"{FAILURES_UNTIL_ERROR} failures in a row, the last: {sentence}")
        else:
            self.report_drop(reason, sentence)

    def report_drop(self, reason: str, sentence: str) -> None:
        """Count a drop and log the sentence, at most once in five seconds for each reason."""
        self.drops.add(reason)
        if sentence:
            self.last_messages[reason] = sentence
        if sentence and self._throttle.ready(reason):
            self.get_logger().warning(sentence)


def first_line(error: Exception) -> str:
    """The first line of an exception's message, or its type."""
    return str(error).splitlines()[0] if str(error) else type(error).__name__


def sentence_of(error: Exception) -> str:
    """The message of an exception: of a ``MerError`` as it is, of any other with its type before it."""
    return str(error) if isinstance(error, MerError) else f"{type(error).__name__}: {first_line(error)}"
