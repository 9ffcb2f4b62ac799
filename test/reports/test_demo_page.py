from __future__ import annotations

import numpy as np
import pytest

from mer_ros import files
from mer_ros.analysis import MotionLane
from mer_ros.pipeline import Pipeline
from mer_ros.reports.demo_page import demo_analysis, write


@pytest.fixture(scope="module")
def event(first_frames, one_thread):
    with Pipeline() as pipeline:
        return next(answer.event for step in pipeline.run(first_frames(260)) for answer in step.answers)


def test_the_page_has_the_events_that_the_graph_published(event, tmp_path):
    n = 150
    lane = MotionLane(
        "face_1", 0.0, 0.02, np.zeros((n, 1), np.float32), np.ones(n, bool), 300, {}, 90.0, ("any region",)
    )
    model = files.models_dir() / "linear_prototype.safetensors"
    clip = (100.0, (640, 480), 260, 2.6)
    found = demo_analysis("synthetic clip 1", model, [event], [lane], clip, ["Spotted 1 of 1 events."])
    assert [one.apex_s for one in found.events] == [event.apex_ns * 1e-9]
    (tmp_path / "overlay.png").write_bytes(b"a picture")
    path = write(found, tmp_path)
    html = path.read_text()
    assert path == tmp_path / "report.html" and "Facial movements in synthetic clip 1" in html
    assert "Spotted 1 of 1 events." in html and 'href="overlay.png"' in html and "outcome.json" not in html
    assert "any region" in html and "face_1, 0.0 to 2.6 s: 1 event." in html
    assert "Rejected movements" not in html, "what the tracker rejected is not published"
