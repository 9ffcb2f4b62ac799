"""Creation of MediaPipe graphs: the import with its remedy, and silence about start-up."""

from __future__ import annotations

import contextlib
import os
import sys
import warnings
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import TypeVar

from mer_ros.compat import need
from mer_ros.errors import PackageError

T = TypeVar("T")


def create(build: Callable[[ModuleType], T]) -> T:
    """``build(mediapipe)``, without the messages of the import, of the graph and of its first picture.

    build: creates a graph and processes a picture with it, since MediaPipe's threads log on the first one.
    Raises PackageError if mediapipe is missing or no longer contains ``mediapipe.solutions``.
    """
    # mediapipe calls GetPrototype for every picture, in any thread, so the filter has to stay in place
    warnings.filterwarnings("ignore", message=r".*GetPrototype\(\) is deprecated")
    with warnings.catch_warnings(), _quiet_native_log():
        warnings.simplefilter("ignore")  # protobuf's own deprecations, raised on import
        mediapipe = need("mediapipe")  # imported here: it takes 2 s
        if not hasattr(mediapipe, "solutions"):
            raise PackageError(
                f"mediapipe {mediapipe.__version__} no longer contains FaceMesh: "
                "pip install the release pinned in requirements/runtime.txt."
            )
        return build(mediapipe)


@contextlib.contextmanager
def _quiet_native_log() -> Iterator[None]:
    """Discard what C++ code writes to descriptor 2: start-up messages and a warning at the first face."""
    sys.stderr.flush()
    saved = os.dup(2)
    null = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(null, 2)
        yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)
        os.close(null)
