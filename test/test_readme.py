"""README and code agree."""

import re
from pathlib import Path

import pytest
from rclpy.qos import DurabilityPolicy, ReliabilityPolicy

from mer_ros.cli.catalogue import COMMANDS
from mer_ros.graph import topic_names
from mer_ros.nodes.base import qos

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
TOPICS = README.split("## Topics")[1].split("\n## ")[0]
MAX_LINES = 220


def rows(first_cell):
    """Rows of the topic tables whose first cell contains this name in backticks."""
    return [
        line
        for line in TOPICS.splitlines()
        if line.startswith("|") and f"`{first_cell}`" in line.split("|")[1]
    ]


def test_it_is_short():
    assert len(README.splitlines()) <= MAX_LINES


@pytest.mark.parametrize(("topic", "kind"), topic_names.TOPICS.items())
def test_each_topic_is_listed_with_type_and_quality_of_service(topic, kind):
    (row,) = rows(topic)
    _, _, type_cell, qos_cell, _, _ = (cell.strip() for cell in row.split("|"))
    profile = qos.QOS.get(topic, qos.image_qos())
    reliability = "reliable" if profile.reliability == ReliabilityPolicy.RELIABLE else "best effort"
    assert type_cell == kind
    kept = profile.durability == DurabilityPolicy.TRANSIENT_LOCAL
    duration = f", transient local for {qos.EVENT_LIFESPAN_S:.0f} s" if kept else ""
    assert qos_cell == f"{reliability}{duration}, {profile.depth}"


@pytest.mark.parametrize(("service", "kind"), topic_names.SERVICES.items())
def test_each_service_is_listed_with_its_type(service, kind):
    (row,) = rows(service)
    assert kind in row


def test_only_topics_of_the_code_are_listed():
    listed = {
        m.group(1) for line in TOPICS.splitlines() if (m := re.match(r"\| `([^`]+)` \| \w+/\w+ \|", line))
    }
    assert listed - set(topic_names.TOPICS) <= {"face_tracker/enable"}


def test_every_command_has_a_row():
    assert sorted(re.findall(r"^\| `mer (\w+)` \|", README, re.MULTILINE)) == sorted(COMMANDS)
