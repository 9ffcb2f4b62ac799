"""Analyses a recording into a folder: page, annotated video, and the events as files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from mer_ros.analysis import Analysis
from mer_ros.analysis.interruption import Interruption
from mer_ros.analysis.kinds import kind_of
from mer_ros.analysis.recording_kind import AnalysisSettings
from mer_ros.analysis.recordings import NamedRecording
from mer_ros.errors import MerError
from mer_ros.files import check_writable
from mer_ros.progress import SILENT, Progress
from mer_ros.reports import analysis_files, analysis_page

_NOT_BEGUN = "It was not begun: the analysis was stopped before."


@dataclass(frozen=True)
class AnalysisOutcome:
    """What became of a recording.

    recording: what was analysed. failure: the sentence if it could not be, else "". sentences: what was
    found. duration_s, fps, faces, events, ended_by, warnings: see ``Analysis``. labels: number of events by
    label of the first model.
    """

    recording: NamedRecording
    failure: str = ""
    sentences: tuple[str, ...] = ()
    duration_s: float = 0.0
    fps: float = 0.0
    faces: int = 0
    events: int = 0
    labels: Mapping[str, int] = field(default_factory=dict)
    ended_by: str = ""
    warnings: tuple[str, ...] = ()


def analyse_recording(
    recording: NamedRecording,
    settings: AnalysisSettings,
    progress: Progress = SILENT,
    stopped: Callable[[], bool] = lambda: False,
) -> AnalysisOutcome:
    """Analyse one recording and write its files; raises a MerError if that is not possible.

    If it was stopped before the first frame, there are no files.
    """
    folder = settings.out / recording.folder
    with kind_of(recording.spec).opened(recording, settings) as analyse:
        check_writable(folder, "--out")
        for old in (analysis_page.REPORT, analysis_page.VIDEO, analysis_page.CSV, analysis_page.JSON):
            (folder / old).unlink(missing_ok=True)
        found = analyse(folder / analysis_page.VIDEO, progress, stopped)
    if found is None:
        return AnalysisOutcome(recording, _NOT_BEGUN)
    analysis_files.write(found, folder)
    analysis_page.write(found, folder)
    return _outcome(recording, found)


def analyse_in_process(recording: NamedRecording, settings: AnalysisSettings) -> AnalysisOutcome:
    """The same in a process for several, begun with ``note_interruptions``: an error is an outcome, and
    Ctrl-C ends all that follow.
    """
    interruption = _interruption()
    if interruption.requested:
        return AnalysisOutcome(recording, _NOT_BEGUN)
    try:
        return analyse_recording(recording, settings, stopped=interruption)
    except MerError as error:
        return AnalysisOutcome(recording, str(error))


def note_interruptions() -> None:
    """Note SIGINT in this process until it ends: it must not end the process before or between recordings."""
    _interruption().begin()


def analysed_in_turn(
    recordings: Sequence[NamedRecording],
    settings: AnalysisSettings,
    progress: Progress,
    interruption: Interruption,
) -> Iterator[AnalysisOutcome]:
    """The outcomes of several recordings in this process; with a single recording its error is raised."""
    for recording in recordings:
        if interruption.requested:
            return
        try:
            yield analyse_recording(recording, settings, progress, interruption)
        except MerError as error:
            if len(recordings) == 1:
                raise
            yield AnalysisOutcome(recording, str(error))


@cache
def _interruption() -> Interruption:
    """That of this process."""
    return Interruption()


def _outcome(recording: NamedRecording, found: Analysis) -> AnalysisOutcome:
    labels = Counter(event.answers[0].prediction.label for event in found.events if event.answers)
    return AnalysisOutcome(
        recording,
        sentences=tuple(analysis_page.sentences(found)),
        duration_s=found.duration_s,
        fps=found.fps,
        faces=found.n_faces,
        events=len(found.events),
        labels=dict(labels.most_common()),
        warnings=found.warnings,
        ended_by=found.ended_by,
    )
