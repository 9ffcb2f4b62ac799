"""The interface of a kind of recording: which recordings are of this kind, and how they are analysed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mer_ros.analysis.recordings import NamedRecording
from mer_ros.explanation.languages import DEFAULT_LANGUAGE
from mer_ros.progress import Progress
from mer_ros.sources.source import SourceOptions

if TYPE_CHECKING:
    from mer_ros.analysis.recording import Analysis


@dataclass(frozen=True)
class AnalysisSettings:
    """models: paths of the checkpoints, the first one first. source: for all recordings. out: folder in which
    every recording has its own. language: code of that of the sentences on events.

    A recording of what a graph published has models and language of its own.
    """

    models: tuple[Path, ...]
    source: SourceOptions
    out: Path
    language: str = DEFAULT_LANGUAGE


Analyse = Callable[[Path, Progress, Callable[[], bool]], "Analysis | None"]
"""(path of an annotated video, progress, whether to stop now) -> what was found in an opened recording.

None if it was stopped before it began. Raises a MerError if the recording cannot be analysed. A kind without
images writes no video.
"""


@dataclass(frozen=True)
class RecordingKind:
    """A kind of recording, listed in ``RECORDING_KINDS``.

    Parameters
    ----------
    matches : whether the source that a text specifies is of this kind; raises ConfigError if it cannot be
        read.
    opened : a context in which a recording is open and can be analysed once; raises a MerError if it cannot
        be opened.
    """

    matches: Callable[[str], bool]
    opened: Callable[[NamedRecording, AnalysisSettings], AbstractContextManager[Analyse]]
