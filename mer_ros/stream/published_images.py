"""Images that a graph publishes itself, by the names of their topics, so that none is taken for a camera."""

from __future__ import annotations

OVERLAY = "explanation/overlay"
PROTOTYPE = "explanation/prototype"
ANNOTATED = "annotated"

_NAMES = (OVERLAY, PROTOTYPE, ANNOTATED)


def is_published_image(topic: str) -> bool:
    """Whether an absolute topic is one of these, in any namespace.

    >>> is_published_image("/mer/front/annotated"), is_published_image("/front/image_raw")
    (True, False)
    """
    return topic.endswith(tuple(f"/{name}" for name in _NAMES))
