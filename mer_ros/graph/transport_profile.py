"""The Fast DDS profile with a shared-memory segment large enough for camera images.

An image of 640x480 bgr8 is 921,600 bytes. The default segment of Fast DDS holds 512 KiB; larger messages are
fragmented and sent over UDP, where about half of them are lost at 200 fps.
"""

from __future__ import annotations

import shutil
import tempfile
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping
from pathlib import Path

from mer_ros import files

PROFILE_VARIABLES = ("FASTRTPS_DEFAULT_PROFILES_FILE", "FASTDDS_DEFAULT_PROFILES_FILE")
"""Environment variables that name the profile: the one that Jazzy reads, and the one of later releases."""

MIN_SEGMENT_BYTES = 8 * 2**20
"""Room for nine images of 640x480 bgr8."""


_LARGE_BYTES = 2 * 2**20
"""Of larger images, the segment of fastdds.xml holds fewer than twelve."""


SHARED_MEMORY = Path("/dev/shm")
"""Folder of the segments."""


def shipped_profile() -> Path:
    """Path of the profile of this package."""
    return files.config_file("fastdds.xml")


def profile_for(image_bytes: int) -> str:
    """Name of the profile in the configuration folder for a camera with images of this size."""
    return "fastdds_large.xml" if image_bytes > _LARGE_BYTES else "fastdds.xml"


def shared_memory_problem() -> str:
    """Why no segment can be created, as a clause; empty if segments can be created."""
    if not SHARED_MEMORY.is_dir():
        return f"{SHARED_MEMORY} does not exist"
    try:
        with tempfile.TemporaryFile(dir=SHARED_MEMORY):
            return ""
    except OSError as error:
        return f"{SHARED_MEMORY} is not writable ({error.strerror})"


def profile_of(env: Mapping[str, str]) -> tuple[str, Path] | None:
    """(variable, path) of the profile that an environment names; None if it names none."""
    name = next((name for name in PROFILE_VARIABLES if env.get(name)), None)
    return (name, Path(env[name])) if name else None


def profile_variables(env: Mapping[str, str], image_bytes: int = 0) -> dict[str, str]:
    """Variables that make a process load a shipped profile; none if its environment names another.

    image_bytes: size of the images that the process publishes, 0 if unknown. The profile for large images is
    loaded only if shared memory has room for its segment.
    """
    if profile_of(env):
        return {}
    profile = files.config_file(profile_for(image_bytes))
    chosen = profile if _has_room(segment_bytes(profile)) else shipped_profile()
    return dict.fromkeys(PROFILE_VARIABLES, str(chosen))


def _has_room(n_bytes: int) -> bool:
    """Whether shared memory has room for a segment of this size."""
    try:
        return shutil.disk_usage(SHARED_MEMORY).free >= n_bytes
    except OSError:
        return False


def uses_fast_dds(env: Mapping[str, str]) -> bool:
    """Whether ROS uses Fast DDS, its default: no other middleware reads these profiles."""
    return env.get("RMW_IMPLEMENTATION", "rmw_fastrtps_cpp").startswith("rmw_fastrtps")


def udp_variables(env: Mapping[str, str]) -> dict[str, str]:
    """Variables that make a process use UDP only; none if there is shared memory, or a profile is named.

    Without them, Fast DDS uses UDP too, but every process prints errors first.
    """
    if profile_of(env) or not uses_fast_dds(env) or not shared_memory_problem():
        return {}
    return dict.fromkeys(PROFILE_VARIABLES, str(files.config_file("fastdds_udp.xml")))


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
