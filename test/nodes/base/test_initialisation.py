"""ROS starts without HOME, and the commands name what is missing."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

NO_FOLDERS = {"HOME": "", "ROS_HOME": "", "ROS_LOG_DIR": ""}


def test_fault_89_a_node_starts_without_home(start: Callable[..., Any], ramp: Path, tmp_path: Path) -> None:
    node = start("camera", "-p", f"source:=file:{ramp}", env={**NO_FOLDERS, "TMPDIR": str(tmp_path)})
    node.wait_line("active")
    assert node.end() == 0 and "Traceback" not in node.text
    assert f"HOME is not set, so ~/.ros/log has no place: ROS writes its logs to {tmp_path}" in node.text
    assert list(tmp_path.glob(f"ros-{os.getuid()}/log/*.log"))


COMMAND = """
import os
from mer_ros.graph import transport_profile
from pathlib import Path
transport_profile.SHARED_MEMORY = Path({folder!r})
from mer_ros.nodes.base.initialisation import init_command
init_command()
import rclpy
rclpy.create_node("talker").destroy_node()
print(rclpy.ok(), os.environ.get("FASTRTPS_DEFAULT_PROFILES_FILE", ""))
rclpy.shutdown()
"""


@pytest.mark.parametrize("missing", [True, False])
def test_fault_89_a_command_without_shared_memory_uses_udp_and_says_so_once(
    missing: bool, run_python: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("FASTRTPS_DEFAULT_PROFILES_FILE", "FASTDDS_DEFAULT_PROFILES_FILE"):
        monkeypatch.delenv(name, raising=False)
    folder = str(tmp_path / "none") if missing else str(tmp_path)
    done = run_python(COMMAND.format(folder=folder))
    works, _, profile = done.stdout.strip().partition(" ")
    assert works == "True" and profile.endswith("fastdds_udp.xml") == missing
    expected = f"{folder} does not exist: images are sent over UDP" if missing else ""
    assert done.stderr.startswith(expected) and done.stderr.count("\n") == int(missing)
