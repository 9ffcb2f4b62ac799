"""Which diagnostics belong to a graph."""

from __future__ import annotations

import pytest
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus, KeyValue

from mer_ros.nodes.base.statuses import statuses_below

NAMES = ("mer/camera", "mer/front/face_tracker", "merry/camera", "camera")


@pytest.mark.parametrize(
    ("namespace", "found"),
    [("/mer", ["camera", "front/face_tracker"]), ("/mer/front", ["face_tracker"]), ("/", list(NAMES))],
)
def test_nodes_of_a_namespace_and_below_it_have_their_names_there(namespace: str, found: list[str]) -> None:
    values = [KeyValue(key="state", value="active")]
    message = DiagnosticArray(
        status=[
            DiagnosticStatus(name=n, level=DiagnosticStatus.WARN, message="m", values=values) for n in NAMES
        ]
    )
    seen = list(statuses_below(namespace, message))
    assert [status.name for status in seen] == found
    assert all(s[1:] == (DiagnosticStatus.WARN, "m", {"state": "active"}) for s in seen)
