"""mer_ros: from a camera topic to explained micro-expression events.

This module lists the public names of the package and imports each on first use, so that ``import mer_ros``
needs neither torch nor OpenCV. ``__init__.pyi`` declares them for type checkers.
"""

from __future__ import annotations

from mer_ros.catalogue import lazy_names

__version__ = "0.1.0"

_MODULES = {
    "Answer": "pipeline",
    "EMOTIONS": "types",
    "Explainer": "explanation.explainer",
    "Explanation": "types",
    "ExpressionEvent": "types",
    "Face": "types",
    "FaceWatcher": "spotting.watcher",
    "Frame": "types",
    "Kind": "types",
    "MerError": "errors",
    "Pipeline": "pipeline",
    "Prediction": "types",
    "Recogniser": "recognition.recogniser",
    "SourceOptions": "sources.source",
    "SpotterConfig": "spotting.config",
    "Step": "pipeline",
    "WatcherConfig": "spotting.config",
    "frames_of": "pipeline",
    "open_source": "sources.source_spec",
    "overlay": "visualisation.overlay",
    "synthetic_clip": "data.synthetic.clip",
}

__all__ = ["__version__", *_MODULES]  # noqa: PLE0604

__getattr__ = lazy_names(__name__, _MODULES)


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULES})
