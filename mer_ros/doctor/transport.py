"""Shared memory: do whole frames fit through it.

A frame of 640x480 bgr8 is 921,600 bytes. Fast DDS keeps messages in a shared-memory segment of 512 KiB by
default; larger ones are cut up and sent over UDP, and about half are lost at 200 fps. A profile with a larger
segment mends that.
"""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping
from pathlib import Path

from mer_ros.doctor.finding import Finding, fix, note, ok
from mer_ros.graph.transport_profile import MIN_SEGMENT_BYTES, PROFILE_VARIABLES, segment_bytes

MIB = 2**20


def check_profile(env: Mapping[str, str], rmw: str, shipped: Path) -> Finding:
    """Which profile the middleware reads from the environment."""
    what = "shared-memory profile"
    if "fastrtps" not in rmw:
        return note(what, f"{rmw} is not Fast DDS: its own settings decide how large frames travel")
    name = next((name for name in PROFILE_VARIABLES if env.get(name)), None)
    remedy = f"export {PROFILE_VARIABLES[0]}={shipped} in the shell of the camera driver"
    if name is None:
        return note(what, "none set in this shell; 'mer up' sets it for its own nodes", remedy)
    path = Path(env[name])
    try:
        size = segment_bytes(path)
    except (OSError, ElementTree.ParseError) as error:
        return fix(what, f"{name} names {path}, which cannot be read ({error})", remedy)
    if size < MIN_SEGMENT_BYTES:
        return fix(what, f"{path} gives {size / MIB:.1f} MiB, too small for camera frames", remedy)
    return ok(what, f"{path} gives {size / MIB:.0f} MiB")


def check_memory(total_bytes: int, free_bytes: int, segment: int, processes: int) -> Finding:
    """Whether /dev/shm holds the segments of every process that loads the profile.

    segment: bytes that the profile asks for in each process. processes: how many load it.
    """
    needed = processes * segment
    found = f"/dev/shm has {free_bytes / MIB:.0f} of {total_bytes / MIB:.0f} MiB free"
    if free_bytes >= needed:
        return ok("shared memory", found)
    return fix(
        "shared memory",
        f"{found}, and {processes} processes with {segment / MIB:.0f} MiB each need {needed / MIB:.0f} MiB",
        "Containers get 64 MiB by default: start this one with --shm-size=1g or --ipc=host",
    )
