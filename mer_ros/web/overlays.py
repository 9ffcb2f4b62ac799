"""Finds the event of an overlay: its image has the stamp of the apex, the explanation also the event's id."""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import Generic, TypeVar

T = TypeVar("T")

_MOST = 32  # stamps for which an explanation or an overlay is missing


class OverlayMatcher(Generic[T]):
    """Pairs overlays with event ids by stamp, whichever comes first.

    Two faces may have their apex at the same frame. The explainer sends both topics in the same order, so the
    first overlay of a stamp belongs to the first explanation of that stamp.
    """

    def __init__(self) -> None:
        self._ids: OrderedDict[int, deque[str]] = OrderedDict()
        self._overlays: OrderedDict[int, deque[T]] = OrderedDict()

    def explanation(self, stamp_ns: int, event_id: str) -> tuple[str, T] | None:
        """Add the id of an explained event; its overlay with the id, if that has come already."""
        overlay = _taken(self._overlays, stamp_ns)
        if overlay is None:
            _keep(self._ids, stamp_ns, event_id)
            return None
        return event_id, overlay

    def overlay(self, stamp_ns: int, overlay: T) -> tuple[str, T] | None:
        """Add an overlay; the same with the id of its event, if the explanation has come already."""
        event_id = _taken(self._ids, stamp_ns)
        if event_id is None:
            _keep(self._overlays, stamp_ns, overlay)
            return None
        return event_id, overlay


K = TypeVar("K")


def _taken(kept: OrderedDict[int, deque[K]], stamp_ns: int) -> K | None:
    waiting = kept.get(stamp_ns)
    if not waiting:
        return None
    item = waiting.popleft()
    if not waiting:
        del kept[stamp_ns]
    return item


def _keep(kept: OrderedDict[int, deque[K]], stamp_ns: int, item: K) -> None:
    kept.setdefault(stamp_ns, deque()).append(item)
    while len(kept) > _MOST:
        kept.popitem(last=False)
