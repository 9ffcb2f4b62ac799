from __future__ import annotations

from pathlib import Path

import pytest

from mer_ros import files
from mer_ros.doctor.finding import Word
from mer_ros.doctor.transport import MIB, check_memory, check_profile

SHIPPED = files.config_file("fastdds.xml")
RMW = "rmw_fastrtps_cpp"
PROFILE = """<?xml version="1.0"?>
<dds xmlns="http://www.eprosima.com"><profiles><transport_descriptors><transport_descriptor>
<transport_id>shm</transport_id><type>SHM</type>{size}
</transport_descriptor></transport_descriptors></profiles></dds>
"""


def profile(folder: Path, size: str) -> str:
    path = folder / "profile.xml"
    path.write_text(PROFILE.format(size=size))
    return str(path)


def test_the_shipped_profile_is_good():
    finding = check_profile({"FASTRTPS_DEFAULT_PROFILES_FILE": str(SHIPPED)}, RMW, SHIPPED)
    assert finding.word is Word.OK


@pytest.mark.parametrize("variable", ["FASTRTPS_DEFAULT_PROFILES_FILE", "FASTDDS_DEFAULT_PROFILES_FILE"])
def test_both_variables_are_read(tmp_path, variable):
    path = profile(tmp_path, f"<segment_size>{64 * MIB}</segment_size>")
    finding = check_profile({variable: path}, RMW, SHIPPED)
    assert finding.word is Word.OK
    assert "64 MiB" in finding.found


@pytest.mark.parametrize(
    "size", ["", "<segment_size>524288</segment_size>", "<segment_size>big</segment_size>"]
)
def test_a_small_segment_is_to_be_mended(tmp_path, size):
    finding = check_profile({"FASTRTPS_DEFAULT_PROFILES_FILE": profile(tmp_path, size)}, RMW, SHIPPED)
    assert finding.word is Word.FIX
    assert str(SHIPPED) in finding.do


def test_a_missing_or_broken_profile_is_to_be_mended(tmp_path):
    broken = tmp_path / "broken.xml"
    broken.write_text("<dds>")
    for path in (broken, tmp_path / "absent.xml"):
        finding = check_profile({"FASTRTPS_DEFAULT_PROFILES_FILE": str(path)}, RMW, SHIPPED)
        assert finding.word is Word.FIX
        assert str(path) in finding.found


def test_no_profile_is_noted():
    assert check_profile({}, RMW, SHIPPED).word is Word.NOTE


def test_another_middleware_is_noted():
    finding = check_profile({}, "rmw_cyclonedds_cpp", SHIPPED)
    assert finding.word is Word.NOTE
    assert "rmw_cyclonedds_cpp" in finding.found


@pytest.mark.parametrize(
    ("free_mib", "segment_mib", "processes", "word"),
    [(64, 24, 2, Word.OK), (64, 24, 4, Word.FIX), (64, 64, 2, Word.FIX), (8000, 64, 4, Word.OK)],
)
def test_shared_memory_holds_every_segment(free_mib, segment_mib, processes, word):
    finding = check_memory(8000 * MIB, free_mib * MIB, segment_mib * MIB, processes)
    assert finding.word is word
    assert ("--shm-size" in finding.do) == (word is Word.FIX)
