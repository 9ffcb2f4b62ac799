"""What an entry of a parameters file that matches no node may mean."""

from __future__ import annotations

import pytest

from mer_ros.graph.params_names import mismatch, remark

NODES = ("/mer/front/face_tracker", "/mer/side/face_tracker", "/mer/classifier")
KNOWN = ("camera", "face_tracker", "classifier", "explainer")


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("face_tracker", "'face_tracker' does not match /mer/front/face_tracker: write /**/face_tracker"),
        ("/face_tracker", "'/face_tracker' does not match /mer/front/face_tracker: write /**/face_tracker"),
        (
            "/*/face_tracker",
            "'/*/face_tracker' does not match /mer/front/face_tracker: write /**/face_tracker",
        ),
        ("explainr", "'explainr' matches no node of the graph: write /**/explainer"),
        ("/mer/back/face_tracker", ""),  # of another graph
        ("/**/FaceTracker", "'/**/FaceTracker' matches no node of the graph: write /**/face_tracker"),
        ("camera", ""),  # not started
        ("camera_2", ""),
        ("my_camera", ""),
        ("gripper", ""),
        ("", ""),
    ],
)
def test_an_entry_with_the_name_of_a_node_or_nearly_so_is_a_mistake(entry: str, words: str) -> None:
    found = mismatch(entry, NODES, KNOWN)
    assert found.startswith(words) and bool(found) == bool(words)


@pytest.mark.parametrize(
    ("entry", "remarked"), [("camera", False), ("/**/camera", False), ("/a/b", True), ("/other/camera", True)]
)
def test_only_an_unknown_name_is_remarked(entry: str, remarked: bool) -> None:
    text = f"{entry!r} matches no node of the graph and sets nothing here."
    assert remark(entry, KNOWN) == (text if remarked else "")
