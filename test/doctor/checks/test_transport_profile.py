from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mer_ros.doctor.checks.transport_profile import CHECK
from mer_ros.doctor.finding import Status
from mer_ros.graph.transport_profile import shipped_profile

MIB = 2**20
PROFILE = """<?xml version="1.0"?>
<dds xmlns="http://www.eprosima.com"><profiles><transport_descriptors><transport_descriptor>
<transport_id>shm</transport_id><type>SHM</type>{size}
</transport_descriptor></transport_descriptors></profiles></dds>
"""


def profile(folder: Path, size: str) -> str:
    path = folder / "profile.xml"
    path.write_text(PROFILE.format(size=size))
    return str(path)


@pytest.fixture
def finding_of(facts):
    """The finding for an environment and a middleware."""

    def judge(env, rmw="rmw_fastrtps_cpp"):
        (finding,) = CHECK.judge(replace(facts, env=env, graph=replace(facts.graph, rmw=rmw)))
        return finding

    return judge


def test_the_shipped_profile_is_good(finding_of):
    assert finding_of({"FASTRTPS_DEFAULT_PROFILES_FILE": str(shipped_profile())}).status is Status.OK


@pytest.mark.parametrize("variable", ["FASTRTPS_DEFAULT_PROFILES_FILE", "FASTDDS_DEFAULT_PROFILES_FILE"])
def test_both_variables_are_read(finding_of, tmp_path, variable):
    finding = finding_of({variable: profile(tmp_path, f"<segment_size>{64 * MIB}</segment_size>")})
    assert finding.status is Status.OK
    assert "64 MiB" in finding.found


@pytest.mark.parametrize(
    "size", ["", "<segment_size>524288</segment_size>", "<segment_size>big</segment_size>"]
)
def test_a_small_segment_must_be_enlarged(facts, finding_of, tmp_path, size):
    finding = finding_of({"FASTRTPS_DEFAULT_PROFILES_FILE": profile(tmp_path, size)})
    assert finding.status is Status.FIX
    assert str(facts.profile) in finding.remedy


def test_a_missing_or_invalid_profile_must_be_replaced(finding_of, tmp_path):
    broken = tmp_path / "broken.xml"
    broken.write_text("<dds>")
    for path in (broken, tmp_path / "absent.xml"):
        finding = finding_of({"FASTRTPS_DEFAULT_PROFILES_FILE": str(path)})
        assert finding.status is Status.FIX
        assert str(path) in finding.found


def test_no_profile_is_noted(facts, finding_of):
    finding = finding_of({})
    assert finding.status is Status.NOTE
    assert str(facts.profile) in finding.remedy


def test_another_middleware_is_noted(finding_of):
    finding = finding_of({}, "rmw_cyclonedds_cpp")
    assert finding.status is Status.NOTE
    assert "rmw_cyclonedds_cpp" in finding.found


def test_without_ros_there_is_no_finding(facts):
    assert list(CHECK.judge(replace(facts, graph=None))) == []
