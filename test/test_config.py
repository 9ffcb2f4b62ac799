"""The files in config/ agree with the code."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
import yaml

from mer_ros.graph import topic_names
from mer_ros.graph.catalogue import NODES
from mer_ros.graph.options import DEMO, GraphOptions

CONFIG = Path(__file__).resolve().parents[1] / "config"
MIB = 1 << 20


def test_the_parameter_file_holds_only_what_nodes_declare_and_what_differs() -> None:
    for target, content in yaml.safe_load((CONFIG / "mer.yaml").read_text()).items():
        entry, given = NODES[target.rpartition("/")[2]], content["ros__parameters"]
        assert entry.refusals(given) == {}
        defaults = {p.name: p.default for p in entry.parameters}
        assert all(defaults[name] != value for name, value in given.items())


def _profile(name: str = "fastdds.xml") -> dict[str, str]:
    root = ElementTree.parse(CONFIG / name).getroot()
    return {element.tag.partition("}")[2]: (element.text or "").strip() for element in root.iter()}


def test_the_segment_holds_images_and_two_of_them_fit_a_containers_shared_memory() -> None:
    segment = int(_profile()["segment_size"])
    assert segment >= 20 * 640 * 480 * 3, "100 ms of images at 200 Hz"
    assert 2 * segment + 8 * MIB <= 64_000_000
    assert int(_profile()["maxMessageSize"]) <= segment
    assert f"{segment // MIB} MiB" in (CONFIG / "fastdds.xml").read_text()


def test_the_large_segment_holds_ten_of_the_largest_images() -> None:
    large = _profile("fastdds_large.xml")
    assert int(large["segment_size"]) >= 10 * 3840 * 2160 * 3
    assert large["maxMessageSize"] == large["segment_size"]


@pytest.mark.parametrize("name", ["fastdds.xml", "fastdds_large.xml", "fastdds_udp.xml"])
def test_the_profile_is_the_participants_default(name: str) -> None:
    text = (CONFIG / name).read_text()
    assert 'is_default_profile="true"' in text
    used = set(re.findall(r"<transport_id>(\w+)</transport_id>", text.partition("<userTransports>")[2]))
    assert used == set(
        re.findall(r"<transport_id>(\w+)</transport_id>", text.partition("<userTransports>")[0])
    )


def test_rviz_shows_the_topics_that_are_published_with_their_reliability() -> None:
    displays = yaml.safe_load((CONFIG / "mer.rviz").read_text())["Visualization Manager"]["Displays"]
    shown = {d["Topic"]["Value"]: d["Topic"]["Reliability Policy"] for d in displays}
    topics = (topic_names.OVERLAY, topic_names.ANNOTATED, topic_names.PROTOTYPE)
    assert shown == {f"/{GraphOptions().namespace}/{topic}": "Reliable" for topic in topics}
    assert {d["Class"] for d in displays} == {"rviz_default_plugins/Image"}
    assert DEMO.namespace == GraphOptions().namespace
