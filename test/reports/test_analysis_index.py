from __future__ import annotations

import shutil
from dataclasses import replace

import cv2
import numpy as np
import pytest

from mer_ros import files
from mer_ros.analysis.interruption import Interruption
from mer_ros.analysis.recording_kind import AnalysisSettings
from mer_ros.analysis.recordings import NamedRecording, named_recordings
from mer_ros.progress import SILENT
from mer_ros.reports.analysis_folder import AnalysisOutcome, analysed_in_turn
from mer_ros.reports.analysis_index import page, write
from mer_ros.sources import SourceOptions

ENDED = "The recording ended after 30.0 s: it is damaged."
LABELS = {"fear": 2, "unknown": 1}
A = AnalysisOutcome(NamedRecording("a.mp4", "a.mp4", "a"), "", ("",), 60.0, 200.0, 1, 3, LABELS)
B = AnalysisOutcome(NamedRecording("b.mp4", "b.mp4", "b_2"), "", ("",), 30.0, 30.0, 0, 0, {}, ENDED)
C = AnalysisOutcome(NamedRecording("c.mp4", "<c>.mp4", "c"), "It is damaged: convert it.")


def test_recordings_link_their_pages_and_failures_have_their_reason():
    html = page([A, B, C]).html()
    assert '<a href="a/report.html">a.mp4</a>' in html and '<a href="b_2/report.html">b.mp4</a>' in html
    assert "2 fear, 1 unknown" in html and ENDED in html
    assert "&lt;c&gt;.mp4" in html and "It is damaged: convert it." in html
    assert "3 events in 2 recordings, 1.5 minutes. 1 other recording could not be analysed." in html


def test_a_recording_without_a_face_says_so():
    html = page([A, B, replace(B, ended_by="")]).html()
    assert f"<td>No face. {ENDED}</td>" in html and "<td>No face.</td>" in html
    assert "No face" not in page([A]).html()


def test_without_a_failure_there_is_no_section_for_it(tmp_path):
    write([A], tmp_path)
    html = (tmp_path / "index.html").read_text()
    assert "Not analysed" not in html and "3 events in 1 recording, 1.0 minutes." in html


@pytest.fixture(scope="module")
def index(clip_path, one_thread, tmp_path_factory):
    """The page of a video with an event, of pictures without a face, and of a file that is no video."""
    folder, out = tmp_path_factory.mktemp("recordings"), tmp_path_factory.mktemp("analysed")
    shutil.copy(clip_path, folder / "smile.mp4")
    (folder / "broken.mp4").write_bytes(b"x" * 999)
    (folder / "pictures").mkdir()
    for i in range(20):
        cv2.imwrite(str(folder / "pictures" / f"{i}.png"), np.full((240, 320, 3), 90, np.uint8))
    model = files.models_dir() / "linear_prototype.safetensors"
    settings = AnalysisSettings((model,), SourceOptions(fps=100.0), out)
    recordings = named_recordings([str(folder), str(folder / "pictures")])
    write(list(analysed_in_turn(recordings, settings, SILENT, Interruption())), out)
    return out / "index.html"


@pytest.mark.browser
@pytest.mark.parametrize("dark", [False, True])
def test_the_page_of_several_recordings_opens_from_disk(index, dark):
    from report_pages import assert_keyboard_reaches_everything, assert_opens_from_disk

    assert_opens_from_disk(index, dark, n_texts=25, pictures=False)
    assert_keyboard_reaches_everything(index, {"A", "DIV"})


@pytest.mark.browser
def test_its_links_open_the_pages_of_the_recordings_with_the_keyboard(index):
    from browser import Browser

    focused = "document.activeElement"
    with Browser() as browser:
        titles = []
        for name in ("smile.mp4", "pictures"):
            browser.open(index)
            for _ in range(20):
                browser.press("Tab")
                if browser.value(f"{focused}.textContent") == name:
                    break
            browser.press("Enter")
            browser.wait("location.pathname.endsWith('/report.html') && document.readyState === 'complete'")
            titles.append(browser.value("document.title"))
        assert titles == ["Facial movements in smile.mp4", "Facial movements in pictures"]
        assert browser.errors == []
