"""The report of the graph probe is unchanged after JSON."""

from __future__ import annotations

from mer_ros.graph.probe_report import CameraTopic, GraphReport, Publisher


def test_a_report_is_unchanged_after_json() -> None:
    publishers = (Publisher("/camera/driver", "best_effort"), Publisher("/other", "reliable"))
    camera = CameraTopic("/camera/image_raw", "sensor_msgs/Image", publishers, 400, 3, 200.0, "mono8", 99)
    report = GraphReport("rmw_fastrtps_cpp", 7, "", (camera,))
    text = report.to_json()
    assert "\n" not in text and GraphReport.from_json(text) == report


def test_a_publisher_is_shown_with_its_reliability() -> None:
    assert str(Publisher("/camera/driver", "best_effort")) == "/camera/driver (best effort)"
