from __future__ import annotations

import numpy as np
import pytest

from mer_ros import files
from mer_ros.analysis.motion_lanes import ANY_REGION, LaneSampler
from mer_ros.pipeline import Pipeline
from mer_ros.reports.demo_page import demo_analysis, write


@pytest.fixture(scope="module")
def published(first_frames, one_thread):
    """(events, lanes) of a clip with one expression, as a graph publishes them."""
    events, lanes = [], LaneSampler(ANY_REGION)
    with Pipeline() as pipeline:
        for step in pipeline.run(first_frames(260)):
            motions = {face.id: np.array([face.motion], np.float32) for face in step.faces}
            lanes.add(step.frame.stamp_ns, step.faces, motions)
            events += [answer.event for answer in step.answers]
    return events, lanes.lanes()


@pytest.fixture(scope="module")
def found(published):
    model = files.models_dir() / "linear_prototype.safetensors"
    clip = (100.0, (640, 480), 260, 2.6)
    return demo_analysis("synthetic clip 1", model, *published, clip, ["Spotted 1 of 1 events."])


@pytest.fixture(scope="module")
def path(found, tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    (folder / "overlay.png").write_bytes(b"a picture")
    return write(found, folder)


def test_the_page_has_the_events_that_the_graph_published(published, found, path):
    assert [one.apex_s for one in found.events] == [event.apex_ns * 1e-9 for event in published[0]]
    html = path.read_text()
    assert path.name == "report.html" and "Facial movements in synthetic clip 1" in html
    assert "Spotted 1 of 1 events." in html and 'href="overlay.png"' in html and "outcome.json" not in html
    assert "any region" in html and "face_1, 0.0 to 2.6 s: 1 event." in html
    assert "Rejected movements" not in html, "what the tracker rejected is not published"


@pytest.mark.browser
@pytest.mark.parametrize("dark", [False, True])
def test_it_opens_from_disk_and_the_keyboard_reaches_everything(path, dark):
    from report_pages import assert_keyboard_reaches_everything, assert_opens_from_disk

    assert_opens_from_disk(path, dark, n_texts=50)
    assert_keyboard_reaches_everything(path)
