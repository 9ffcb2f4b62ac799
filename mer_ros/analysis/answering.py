"""Labels and explains events in another thread while the next frames are watched."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType

from mer_ros.analysis.evidence import EventEvidence, plain_evidence
from mer_ros.errors import InputError
from mer_ros.types import ExpressionEvent

_MOST_WAITING = 16  # events with their crops, 2 MB each


class Answering:
    """The evidence of all events of a recording, in the order of their report.

    evidence: returns the evidence of an event; InputError if its crops cannot be used. picture_bytes: images
    of the strongest events are kept up to this size; those of the weakest are dropped first.

    Leaving the context waits for all events, and raises what ``evidence`` raised.
    """

    def __init__(self, evidence: Callable[[ExpressionEvent], EventEvidence], picture_bytes: int) -> None:
        self._evidence, self._budget = evidence, picture_bytes
        self._pool = ThreadPoolExecutor(1, "answering")
        self._room = threading.Semaphore(_MOST_WAITING)
        self._answered: list[EventEvidence] = []  # only its thread appends
        self._kept_bytes = 0
        self._failure: Exception | None = None
        self.submitted = 0

    def __enter__(self) -> Answering:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown()
        if self._failure is not None and error is None:
            raise self._failure

    def submit(self, event: ExpressionEvent) -> Future[EventEvidence]:
        """Answer a final event; waits while 16 others are waiting."""
        self._room.acquire()
        self.submitted += 1
        return self._pool.submit(self._answer, event)

    def answered(self) -> list[EventEvidence]:
        """All that were answered, in order of their onset. Call it behind the context."""
        return sorted(self._answered, key=lambda one: (one.onset_s, one.face_id))

    def _answer(self, event: ExpressionEvent) -> EventEvidence:
        try:
            found = self._evidence(event)
        except InputError as error:
            found = plain_evidence(event, str(error))
        except Exception as error:
            self._failure = self._failure or error
            raise
        finally:
            self._room.release()
        self._answered.append(found)
        self._kept_bytes += found.n_bytes
        while self._kept_bytes > self._budget:
            self._drop_weakest()
        return found

    def _drop_weakest(self) -> None:
        """Drop the images of the weakest event that has some."""
        drawn = [i for i, one in enumerate(self._answered) if one.n_bytes]
        weakest = min(drawn, key=lambda i: self._answered[i].signal_to_noise)
        self._kept_bytes -= self._answered[weakest].n_bytes
        self._answered[weakest] = self._answered[weakest].without_images()
