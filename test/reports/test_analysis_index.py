from __future__ import annotations

from dataclasses import replace

from mer_ros.analysis.recordings import NamedRecording
from mer_ros.reports.analysis_folder import AnalysisOutcome
from mer_ros.reports.analysis_index import page, write

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
