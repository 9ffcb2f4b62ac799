from __future__ import annotations

import pytest

from mer_ros import files
from mer_ros.analysis.interruption import Interruption
from mer_ros.analysis.recordings import NamedRecording
from mer_ros.errors import MerError
from mer_ros.progress import SILENT
from mer_ros.reports.analysis_folder import (
    AnalysisSettings,
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
    assert abs(found.duration_s - 2.59) < 0.02 and found.fps == 100 and not found.stopped
    assert "happiness" in (tmp_path / "good" / "report.html").read_text()


def test_a_single_recording_raises_and_one_of_several_does_not(good, broken, settings):
    with pytest.raises(MerError, match="cannot be read as video"):
        list(analysed_in_turn([broken], settings, SILENT, Interruption()))
    found = list(analysed_in_turn([broken, good], settings, SILENT, Interruption()))
    assert "cannot be read as video" in found[0].failure and found[1].events == 1


def test_nothing_is_begun_once_it_was_stopped(good, settings):
    interruption = Interruption()
    interruption.requested = True
    assert list(analysed_in_turn([good], settings, SILENT, interruption)) == []


def test_in_a_process_an_error_is_an_outcome(broken, settings):
    assert "cannot be read as video" in analyse_in_process(broken, settings).failure
