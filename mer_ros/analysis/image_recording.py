"""Recordings of images: videos, pictures, image topics of bags and synthetic clips."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from mer_ros.analysis.recording import Analysis, analyse
from mer_ros.analysis.recording_kind import Analyse, AnalysisSettings, RecordingKind
from mer_ros.analysis.recordings import NamedRecording
from mer_ros.progress import Progress
from mer_ros.sources.catalogue import SOURCES
from mer_ros.sources.source_spec import open_source, parse

if TYPE_CHECKING:
    from mer_ros.explanation import Explainer


@contextmanager
def _opened(recording: NamedRecording, settings: AnalysisSettings) -> Iterator[Analyse]:
    """See ``RecordingKind``. Every frame goes through the tracker and every event through the models."""
    kind, name = parse(recording.spec)
    with closing(open_source(recording.spec, settings.source)) as source:

        def run(video: Path, progress: Progress, stopped: Callable[[], bool]) -> Analysis | None:
            explainers = _explainers(settings.models, settings.language)
            total = SOURCES.get(kind).count(name, settings.source)
            found = analyse(source, recording.name, explainers, video, progress, total, stopped)
            return found if found.frames else None

        yield run


@cache
def _explainers(models: tuple[Path, ...], language: str) -> list[Explainer]:
    """Those of the models, loaded once in each process."""
    from mer_ros.explanation import Explainer
    from mer_ros.recognition import Recogniser

    return [Explainer(Recogniser.load(path), language=language) for path in models]


def _always(spec: str) -> bool:
    return True


KIND = RecordingKind(matches=_always, opened=_opened)
