"""The Fast DDS profile with a shared-memory segment large enough for camera images.

An image of 640x480 bgr8 is 921,600 bytes. The default segment of Fast DDS holds 512 KiB; larger messages are
fragmented and sent over UDP, where about half of them are lost at 200 fps.
"""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping
from pathlib import Path

from mer_ros import files

PROFILE_VARIABLES = ("FASTRTPS_DEFAULT_PROFILES_FILE", "FASTDDS_DEFAULT_PROFILES_FILE")
"""Environment variables that name the profile: the one that Jazzy reads, and the one of later releases."""

MIN_SEGMENT_BYTES = 8 * 2**20
"""Room for nine images of 640x480 bgr8."""


def shipped_profile() -> Path:
    """Path of the profile of this package."""
    return files.config_file("fastdds.xml")


def profile_of(env: Mapping[str, str]) -> tuple[str, Path] | None:
    """(variable, path) of the profile that an environment names; None if it names none."""
    name = next((name for name in PROFILE_VARIABLES if env.get(name)), None)
    return (name, Path(env[name])) if name else None


def profile_variables(env: Mapping[str, str]) -> dict[str, str]:
    """Variables that make a process load the shipped profile; none if its environment names another."""
    return {} if profile_of(env) else dict.fromkeys(PROFILE_VARIABLES, str(shipped_profile()))


def segment_bytes(profile: Path) -> int:
    """Largest shared-memory segment that a Fast DDS profile requests, bytes; 0 if it names none.

    Raises OSError or ElementTree.ParseError.
    """
    root = ElementTree.parse(profile).getroot()
    sizes = [element.text or "0" for element in root.iter() if element.tag.rsplit("}")[-1] == "segment_size"]
    return max((int(size) for size in sizes if size.strip().isdigit()), default=0)


def loads_profile(env: Mapping[str, str]) -> bool:
    """Whether a process with this environment has a shared-memory segment large enough for camera images."""
    found = profile_of(env)
    try:
        return found is not None and segment_bytes(found[1]) >= MIN_SEGMENT_BYTES
    except (OSError, ElementTree.ParseError):
        return False
