from __future__ import annotations

import subprocess
import sys

import pytest

from mer_ros import files
from mer_ros.analysis.interruption import Interruption
from mer_ros.analysis.recording_kind import AnalysisSettings
from mer_ros.analysis.recordings import NamedRecording
from mer_ros.errors import MerError
from mer_ros.progress import SILENT
from mer_ros.reports.analysis_folder import (
    analyse_in_process,
    analyse_recording,
    analysed_in_turn,
)
from mer_ros.sources import SourceOptions


@pytest.fixture
def settings(tmp_path, one_thread):
    return AnalysisSettings((files.models_dir() / "linear_prototype.safetensors",), SourceOptions(), tmp_path)


@pytest.fixture
def good(clip_path):
    return NamedRecording(str(clip_path), "one event.mp4", "good")


@pytest.fixture
def broken(tmp_path):
    (tmp_path / "broken.mp4").write_bytes(b"x" * 999)
    return NamedRecording(str(tmp_path / "broken.mp4"), "broken.mp4", "broken")


def test_the_outcome_counts_what_was_found(good, settings, tmp_path):
    (tmp_path / "good").mkdir()
    (tmp_path / "good" / "report.html").write_text("of an earlier analysis")
    found = analyse_recording(good, settings)
    assert (found.faces, found.events, found.labels, found.failure) == (1, 1, {"happiness": 1}, "")
    assert abs(found.duration_s - 2.59) < 0.02 and found.fps == 100 and not found.ended_by
    assert "happiness" in (tmp_path / "good" / "report.html").read_text()


def test_a_single_recording_raises_and_one_of_several_does_not(good, broken, settings):
    with pytest.raises(MerError, match="cannot be read as video"):
        list(analysed_in_turn([broken], settings, SILENT, Interruption()))
    found = list(analysed_in_turn([broken, good], settings, SILENT, Interruption()))
    assert "cannot be read as video" in found[0].failure and found[1].events == 1


def test_the_outcome_says_what_ended_the_analysis(good, settings):
    asked = iter([False] * 50 + [True] * 9)
    found = analyse_recording(good, settings, stopped=lambda: next(asked))
    assert found.ended_by.startswith("It was stopped after 0.") and not found.failure


def test_a_recording_that_was_complete_when_it_was_stopped_is_not_called_stopped(good, settings):
    frames = iter(range(260))
    found = analyse_recording(good, settings, stopped=lambda: next(frames, None) is None)
    assert found.ended_by == "" and found.events == 1


def test_a_recording_that_was_stopped_before_its_first_frame_has_no_page(good, settings, tmp_path):
    found = analyse_recording(good, settings, stopped=lambda: True)
    assert found.failure.startswith("It was not begun") and not list((tmp_path / "good").iterdir())


def test_nothing_is_begun_once_it_was_stopped(good, settings):
    interruption = Interruption()
    interruption.requested = True
    assert list(analysed_in_turn([good], settings, SILENT, interruption)) == []


def test_a_process_that_waits_for_a_recording_notes_an_interruption():
    waits = (
        "import os, signal\n"
        "from mer_ros.reports.analysis_folder import analyse_in_process, note_interruptions\n"
        "note_interruptions()\n"
        "os.kill(os.getpid(), signal.SIGINT)\n"
        "print(analyse_in_process(None, None).failure)"
    )
    done = subprocess.run([sys.executable, "-c", waits], capture_output=True, text=True)
    assert done.stdout == "It was not begun: the analysis was stopped before.\n", done.stderr


def test_in_a_process_an_error_is_an_outcome(broken, settings):
    assert "cannot be read as video" in analyse_in_process(broken, settings).failure
