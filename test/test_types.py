"""Each physical limit is defined once."""

from __future__ import annotations

from pathlib import Path

import pytest

from mer_ros.doctor.checks.cameras import check_camera
from mer_ros.doctor.finding import Status
from mer_ros.graph.probe_report import CameraTopic, Publisher
from mer_ros.limits import MICRO_MIN_S, MIN_SAMPLES
from mer_ros.reports.demo import Outcome
from mer_ros.spotting.spotter import SpotterConfig
from mer_ros.stream import stamps
from mer_ros.types import Kind


@pytest.mark.parametrize(
    ("duration_s", "kind"),
    [(0.064, Kind.UNKNOWN), (0.065, Kind.MICRO), (0.5, Kind.MICRO), (0.501, Kind.MACRO)],
)
def test_a_kind_is_a_matter_of_duration(duration_s, kind):
    assert Kind.from_duration(duration_s) is kind


@pytest.mark.parametrize("rate_hz", [30.0, 62.0, 200.0])
def test_every_part_names_the_same_shortest_event(rate_hz):
    shortest_s = MIN_SAMPLES / rate_hz
    assert stamps.shortest_event_s(rate_hz) == shortest_s
    assert Outcome((), (), 0, 0, rate_hz, ()).shortest_s == shortest_s
    camera = CameraTopic("/camera", "sensor_msgs/Image", (Publisher("/driver", "reliable"),), 100, 0, rate_hz)
    found = check_camera(camera, "rmw_fastrtps_cpp", Path("fastdds.xml"))
    assert (found.status is Status.OK) == (shortest_s <= MICRO_MIN_S)
    assert SpotterConfig().min_samples == MIN_SAMPLES


def test_times_of_an_event_can_count_from_the_first_frame(make_event):
    event = make_event()
    shifted = event.since(event.onset_ns - 5)
    assert (shifted.onset_ns, shifted.apex_ns, shifted.offset_ns) == (5, 80_000_005, 200_000_005)
    assert shifted.apex_frame_ns - shifted.onset_frame_ns == event.apex_frame_ns - event.onset_frame_ns
    assert [c.stamp_ns + event.onset_ns - 5 for c in shifted.clip] == [c.stamp_ns for c in event.clip]
    assert shifted.clip[0].image is event.clip[0].image and shifted.duration_s == event.duration_s
