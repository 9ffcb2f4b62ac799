from __future__ import annotations

from dataclasses import replace

import pytest

from mer_ros.doctor.checks.shared_memory import CHECK
from mer_ros.doctor.facts import DiskSpace
from mer_ros.doctor.finding import Status

MIB = 2**20


@pytest.mark.parametrize(
    ("free_mib", "segment_mib", "named", "status"),
    [
        (64, 24, False, Status.OK),  # two processes load the profile
        (64, 24, True, Status.FIX),  # all four do
        (64, 64, False, Status.FIX),
        (8000, 64, True, Status.OK),
    ],
)
def test_shared_memory_holds_every_segment(facts, tmp_path, free_mib, segment_mib, named, status):
    profile = tmp_path / "profile.xml"
    profile.write_text(f"<dds><segment_size>{segment_mib * MIB}</segment_size></dds>")
    env = {"FASTRTPS_DEFAULT_PROFILES_FILE": str(profile)} if named else {}
    space = DiskSpace(8000 * MIB, free_mib * MIB)
    (finding,) = CHECK.judge(replace(facts, profile=profile, env=env, shared_memory=space))
    assert finding.status is status
    assert f"{free_mib} of 8000 MiB free" in finding.found
    assert ("--shm-size" in finding.remedy) == (status is Status.FIX)


def test_a_profile_that_cannot_be_read_needs_room_for_the_smallest_segment(facts, tmp_path):
    absent = replace(facts, profile=tmp_path / "none.xml", shared_memory=DiskSpace(64 * MIB, 15 * MIB))
    (finding,) = CHECK.judge(absent)
    assert "2 processes with 8 MiB each need 16 MiB" in finding.found


@pytest.mark.parametrize(
    ("space", "problem"),
    [
        (None, "/dev/shm does not exist"),
        (DiskSpace(64 * MIB, 64 * MIB), "/dev/shm is not writable (Permission denied)"),
    ],
)
def test_fault_89_without_shared_memory_the_cause_is_named(facts, space, problem):
    (finding,) = CHECK.judge(replace(facts, shared_memory=space, shared_memory_problem=problem))
    assert finding.status is Status.NOTE and finding.found.startswith(f"{problem}, so ROS sends")
    assert "Mount a tmpfs on /dev/shm" in finding.remedy


def test_without_ros_there_is_no_finding(facts):
    assert list(CHECK.judge(replace(facts, graph=None))) == []
