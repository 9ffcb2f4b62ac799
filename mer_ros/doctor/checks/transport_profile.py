"""The Fast DDS profile with a shared-memory segment for camera images."""

from __future__ import annotations

import shlex
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator

from mer_ros.doctor.check import Check
from mer_ros.doctor.facts import Facts
from mer_ros.doctor.finding import Finding, fix, note, ok
from mer_ros.graph.transport_profile import MIN_SEGMENT_BYTES, PROFILE_VARIABLES, profile_of, segment_bytes

_SUBJECT = "shared-memory profile"
_MIB = 2**20


def judge(facts: Facts) -> Iterator[Finding]:
    """Whether the environment names a profile with a large segment; no finding if ROS does not work."""
    if facts.graph is None:
        return
    if "fastrtps" not in facts.graph.rmw:
        rmw = facts.graph.rmw
        yield note(_SUBJECT, f"{rmw} is not Fast DDS and has its own settings for large images")
        return
    named = profile_of(facts.env)
    export = f"export {PROFILE_VARIABLES[0]}={shlex.quote(str(facts.profile))}"
    remedy = f'Run "{export}" in the shell of the camera driver'
    if named is None:
        yield note(_SUBJECT, "not set in this shell; 'mer up' sets it for its nodes only", remedy)
        return
    variable, path = named
    try:
        size = segment_bytes(path)
    except (OSError, ElementTree.ParseError) as error:
        yield fix(_SUBJECT, f"{variable} names {path}, which cannot be read ({error})", remedy)
        return
    if size < MIN_SEGMENT_BYTES:
        yield fix(_SUBJECT, f"{path} has a segment of {size / _MIB:.1f} MiB, too small for images", remedy)
    else:
        yield ok(_SUBJECT, f"{path} has a segment of {size / _MIB:.0f} MiB")


CHECK = Check(judge, reads_graph=True)
