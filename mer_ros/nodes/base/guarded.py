"""What a callback raises never ends a node: it is counted, told, and after some in a row an error."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from rclpy.lifecycle import LifecycleNode

from mer_ros.errors import MerError
from mer_ros.runtime import Counters, Streak, Throttle

FAILURES_UNTIL_ERROR = 5
"""Pieces of work that fail in a row before the node says that nothing works."""


class GuardedNode(LifecycleNode):
    """A node whose callbacks may fail. DROPS: reasons it counts, beside "error".

    said: the last sentence of each reason. failure: that of the last thing that was raised.
    """

    DROPS: ClassVar[tuple[str, ...]] = ()

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.drops = Counters((*self.DROPS, "error"))
        self.streak = Streak(FAILURES_UNTIL_ERROR)
        self.said: dict[str, str] = {}
        self.failure = ""
        self._throttle = Throttle(5.0)

    def guard(self, callback: Callable[..., Any]) -> Callable[..., Any]:
        """The callback, with what it raises counted and logged instead of ending the node."""

        def guarded(*args: Any) -> Any:
            try:
                return callback(*args)
            except Exception as error:
                self.failed(error)
                return None

        return guarded

    @contextmanager
    def work(self) -> Iterator[None]:
        """Around the work that the node is there for; what it raises is counted and logged.

        After some failures in a row the node says that nothing works any more. Timers and arrivals are only
        guarded: they go well also where every piece of work fails.
        """
        try:
            yield
        except Exception as error:
            self.failed(error, tripped=self.streak.failure())
        else:
            self.streak.success()

    def failed(self, error: Exception, tripped: bool = False) -> None:
        """Count what was raised and say so. tripped: it has just become one too many in a row."""
        if not self.context.ok():  # publishing while the process ends
            return
        reason = getattr(error, "reason", "error")
        if reason not in self.DROPS:  # errors of others have a reason too, which is none of ours
            reason = "error"
        sentence = self.failure = sentence_of(error)
        if tripped:
            self.drops.add(reason)
            self.said[reason] = sentence
            self.get_logger().error(f"{FAILURES_UNTIL_ERROR} failures in a row, the last: {sentence}")
        else:
            self.dropped(reason, sentence)

    def dropped(self, reason: str, sentence: str) -> None:
        """Count a drop and say so, not more than every five seconds a reason."""
        self.drops.add(reason)
        if sentence:
            self.said[reason] = sentence
        if sentence and self._throttle.ready(reason):
            self.get_logger().warning(sentence)


def first_line(error: Exception) -> str:
    """What an exception says, without what follows its first line."""
    return str(error).splitlines()[0] if str(error) else type(error).__name__


def sentence_of(error: Exception) -> str:
    """An error of ours as it is; any other with its type before it."""
    return str(error) if isinstance(error, MerError) else f"{type(error).__name__}: {first_line(error)}"
