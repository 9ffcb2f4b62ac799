"""The Fast DDS profile: whether one is loaded, and whether its segment is large enough for images."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from pathlib import Path
from types import SimpleNamespace

import pytest

from mer_ros.graph import transport_profile
from mer_ros.graph.description import node_specs
from mer_ros.graph.options import DEMO
from mer_ros.graph.transport_profile import (
    MIN_SEGMENT_BYTES,
    PROFILE_VARIABLES,
    loads_profile,
    profile_variables,
    segment_bytes,
    shipped_profile,
    udp_variables,
)

PROFILE = """<?xml version="1.0"?>
<dds xmlns="http://www.eprosima.com"><profiles><transport_descriptors><transport_descriptor>
<transport_id>shm</transport_id><type>SHM</type><segment_size>{size}</segment_size>
</transport_descriptor></transport_descriptors></profiles></dds>
"""


def profile(path: Path, size: int | str) -> str:
    path.write_text(PROFILE.format(size=size))
    return str(path)


def test_the_shipped_profile_has_a_segment_that_images_fit_through() -> None:
    assert segment_bytes(shipped_profile()) >= MIN_SEGMENT_BYTES


def test_a_segment_size_that_is_not_a_number_counts_as_0(tmp_path: Path) -> None:
    assert segment_bytes(Path(profile(tmp_path / "a.xml", "big"))) == 0


@pytest.mark.parametrize("variable", PROFILE_VARIABLES)
def test_a_profile_counts_if_its_segment_is_large_enough_for_images(variable: str, tmp_path: Path) -> None:
    good = profile(tmp_path / "good.xml", MIN_SEGMENT_BYTES)
    small = profile(tmp_path / "small.xml", MIN_SEGMENT_BYTES - 1)
    assert loads_profile({variable: good})
    for path in ("", small, str(tmp_path / "none.xml")):
        assert not loads_profile({variable: path})
    assert not loads_profile({})


def test_a_profile_that_cannot_be_parsed_does_not_count(tmp_path: Path) -> None:
    (tmp_path / "broken.xml").write_text("<dds>")
    assert not loads_profile({PROFILE_VARIABLES[0]: str(tmp_path / "broken.xml")})


def test_the_shipped_profile_is_added_to_an_environment_without_one() -> None:
    assert profile_variables({}) == dict.fromkeys(PROFILE_VARIABLES, str(shipped_profile()))
    assert profile_variables({PROFILE_VARIABLES[1]: "/home/me/dds.xml"}) == {}


def test_large_images_get_a_large_segment_if_there_is_room(monkeypatch: pytest.MonkeyPatch) -> None:
    large, room = 1920 * 1080 * 3, [2**30]
    monkeypatch.setattr(transport_profile.shutil, "disk_usage", lambda _path: SimpleNamespace(free=room[0]))
    for n_bytes, name in ((0, "fastdds.xml"), (640 * 480 * 3, "fastdds.xml"), (large, "fastdds_large.xml")):
        assert Path(profile_variables({}, n_bytes)[PROFILE_VARIABLES[0]]).name == name
    assert profile_variables({PROFILE_VARIABLES[1]: "/home/me/dds.xml"}, large) == {}
    room[0] = 64 * 10**6  # a container
    assert profile_variables({}, large) == profile_variables({})


def test_fault_89_without_shared_memory_every_node_uses_udp(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport_profile, "SHARED_MEMORY", tmp_path)
    assert transport_profile.shared_memory_problem() == "" and udp_variables({}) == {}
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setattr(transport_profile, "SHARED_MEMORY", tmp_path / "none")
    assert transport_profile.shared_memory_problem() == f"{tmp_path}/none does not exist"
    udp = udp_variables({})
    assert set(udp) == set(PROFILE_VARIABLES) and len(set(udp.values())) == 1
    profile = Path(udp[PROFILE_VARIABLES[0]])
    types = [e.text for e in ElementTree.parse(profile).getroot().iter() if e.tag.endswith("}type")]
    assert types == ["UDPv4"]
    assert udp_variables({PROFILE_VARIABLES[1]: "/home/me/dds.xml"}) == {}
    specs = node_specs(DEMO, {})
    assert len(specs) == 3 and all(spec.env[name] == udp[name] for spec in specs for name in udp)
