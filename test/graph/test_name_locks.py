"""Two graphs on one machine cannot have nodes of the same name."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mer_ros.errors import ConfigError
from mer_ros.graph.description import node_specs
from mer_ros.graph.name_locks import NameLocks
from mer_ros.graph.options import GraphOptions

HOLDER = """
import sys, time
from mer_ros.graph.description import node_specs
from mer_ros.graph.name_locks import NameLocks
from mer_ros.graph.options import GraphOptions
with NameLocks(node_specs(GraphOptions())):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The temporary folder of this process and its children."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


def locks(domain: str = "3", **options: object) -> NameLocks:
    return NameLocks(node_specs(GraphOptions(**options)), {"ROS_DOMAIN_ID": domain})  # type: ignore[arg-type]


def test_the_second_graph_of_a_namespace_is_refused_until_the_first_has_ended() -> None:
    with locks():
        with pytest.raises(ConfigError, match=r"/mer/face_tracker is already a node .* another namespace"):
            locks()
        with locks(namespace="robot/faces"), locks(domain="4"):
            pass
    with locks():
        pass


def test_a_graph_that_is_refused_holds_no_name() -> None:
    with locks(cameras="[front]"), pytest.raises(ConfigError, match="/mer/front/face_tracker"):
        locks(cameras="[left, front]")
    with locks(cameras="[left, front]"):
        pass


def test_two_graphs_with_a_camera_of_their_own_share_no_recogniser_by_accident() -> None:
    with locks(cameras="[front]"), pytest.raises(ConfigError, match="/mer/classifier"):
        locks(cameras="[left]")


def test_a_killed_process_holds_nothing() -> None:
    environ = {**os.environ, "ROS_DOMAIN_ID": "3"}
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER], env=environ, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None and holder.stdout.readline() == "held\n"
        try:
            with pytest.raises(ConfigError, match=f"of process {holder.pid}: "):
                locks()
        finally:
            holder.kill()
    with locks():
        pass


def test_without_a_folder_nothing_is_locked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "file").write_text("")
    monkeypatch.setattr("tempfile.tempdir", str(folder / "file"))
    with locks(), locks():
        pass
