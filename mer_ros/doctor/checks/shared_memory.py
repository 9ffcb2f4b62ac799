"""Free space in /dev/shm for the segments of all processes that load the Fast DDS profile."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator

from mer_ros.doctor.check import Check
from mer_ros.doctor.facts import Facts
from mer_ros.doctor.finding import Finding, fix, note, ok
from mer_ros.graph.transport_profile import (
    MIN_SEGMENT_BYTES,
    profile_of,
    segment_bytes,
    uses_fast_dds,
)

_MIB = 2**20
_ALL_PROCESSES, _IMAGE_PROCESSES = 3, 2  # all load a profile that the shell names, else camera and tracker


def judge(facts: Facts) -> Iterator[Finding]:
    """Whether there is shared memory, and all segments fit; no finding if ROS does not work."""
    if facts.graph is None or not uses_fast_dds(facts.env):
        return
    if facts.shared_memory is None or facts.shared_memory_problem:
        yield note(
            "shared memory",
            f"{facts.shared_memory_problem}, so ROS sends images over UDP and loses frames of fast cameras",
            "Mount a tmpfs on /dev/shm (mode 1777), or let the tracker open the camera (mer up --direct)",
        )
        return
    named = profile_of(facts.env)
    try:
        segment = segment_bytes(named[1] if named else facts.profile)
    except (OSError, ElementTree.ParseError):
        segment = MIN_SEGMENT_BYTES  # the profile has its own finding
    processes = _ALL_PROCESSES if named else _IMAGE_PROCESSES
    needed, space = processes * segment, facts.shared_memory
    found = f"/dev/shm has {space.free / _MIB:.0f} of {space.total / _MIB:.0f} MiB free"
    if space.free >= needed:
        yield ok("shared memory", found)
    else:
        yield fix(
            "shared memory",
            f"{found}, and {processes} processes with {segment / _MIB:.0f} MiB each need "
            f"{needed / _MIB:.0f} MiB",
            "Containers have 64 MiB by default: start this one with --shm-size=1g or --ipc=host",
        )


CHECK = Check(judge, reads_graph=True)
