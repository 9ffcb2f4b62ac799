"""A camera node in the test process, as an example of a node; and processes of nodes that a test defines."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def camera() -> Iterator[Any]:
    """A camera node, not configured."""
    from mer_ros.nodes.camera import CameraNode

    node = CameraNode()
    yield node
    node.end()
    node.destroy_node()


def _run_python(code: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(folder), str(ROOT), os.environ.get("PYTHONPATH", "")])
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=250,
        env={**os.environ, "PYTHONPATH": path},
    )


@pytest.fixture(scope="session")
def run_python() -> Callable[..., subprocess.CompletedProcess[str]]:
    """``run_python(code, folder)``: run code in its own process, which can import from the folder."""
    return _run_python


@pytest.fixture(scope="session")
def run_nodes_at() -> Callable[[tuple[str, ...], Path], subprocess.CompletedProcess[str]]:
    """``run_nodes_at(places, folder)``: run one process with the nodes at "module:Class" in the folder."""

    def run(places: tuple[str, ...], folder: Path) -> subprocess.CompletedProcess[str]:
        code = f"from mer_ros.nodes.base.entry import run_process; raise SystemExit(run_process(*{places!r}))"
        return _run_python(code, folder)

    return run


@pytest.fixture(scope="session")
def run_node_at(
    run_nodes_at: Callable[[tuple[str, ...], Path], subprocess.CompletedProcess[str]],
) -> Callable[[str, Path], subprocess.CompletedProcess[str]]:
    """``run_node_at("module:Class", folder)``: run the process of a node that is defined in the folder."""
    return lambda place, folder: run_nodes_at((place,), folder)
