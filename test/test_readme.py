"""README and code say the same, or one of them is a bug."""

import re
from pathlib import Path

import pytest
from rclpy.qos import ReliabilityPolicy

from mer_ros.graph import topic_names
from mer_ros.graph.catalogue import NODES
from mer_ros.nodes.base import qos
from mer_ros.reports import reference

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


TOPICS = README.split("## Topics")[1].split("\n## ")[0]


def rows(first_cell):
    """Rows of the topic tables whose first cell holds these words in backticks."""
    return [
        line
        for line in TOPICS.splitlines()
        if line.startswith("|") and f"`{first_cell}`" in line.split("|")[1]
    ]


@pytest.mark.parametrize("node", NODES)
def test_the_parameter_table_of_each_node_is_the_code_s(node):
    assert reference.parameter_table(node) in README, (
        "python -m mer_ros.reports.reference prints what is true"
    )


def test_the_launch_arguments_are_the_code_s():
    assert reference.launch_table() in README, "python -m mer_ros.reports.reference prints what is true"


@pytest.mark.parametrize(("topic", "kind"), topic_names.TOPICS.items())
def test_each_topic_is_listed_with_type_and_quality_of_service(topic, kind):
    (row,) = rows(topic)
    _, _, type_cell, qos_cell, _, _ = (cell.strip() for cell in row.split("|"))
    profile = qos.QOS.get(topic, qos.image_qos())
    reliability = "reliable" if profile.reliability == ReliabilityPolicy.RELIABLE else "best effort"
    assert type_cell == kind
    assert qos_cell == f"{reliability}, {profile.depth}"


@pytest.mark.parametrize(("service", "kind"), topic_names.SERVICES.items())
def test_each_service_is_listed_with_its_type(service, kind):
    (row,) = rows(service)
    assert kind in row


def test_no_topic_is_listed_that_the_code_has_not():
    listed = {
        m.group(1) for line in TOPICS.splitlines() if (m := re.match(r"\| `([^`]+)` \| \w+/\w+ \|", line))
    }
    assert listed - set(topic_names.TOPICS) <= {"face_tracker/enable"}


def test_every_link_into_the_repository_leads_somewhere():
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target
