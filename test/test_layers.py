"""Imports run downwards, and only nodes/ knows ROS."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "mer_ros"

# A layer may import from its own and from those below it. Modules at the top of the package that are not
# named here are small shared parts: they lie lowest.
LAYERS = (
    {"types", "errors"},
    {"face", "spotting", "data"},
    {"recognition"},
    {"explanation"},
    {"parameters", "video_source", "playback", "graph", "processes"},  # what describes the graph, without ROS
    {"reports", "evaluation", "training", "doctor"},
    {"nodes", "cli"},
)
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}
ROS_PACKAGES = (
    "rclpy builtin_interfaces cv_bridge diagnostic_msgs geometry_msgs launch launch_ros lifecycle_msgs "
    "mer_interfaces rcl_interfaces sensor_msgs std_msgs std_srvs"
).split()
FILES = sorted(PACKAGE.rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Full names of the modules that a file imports, at its top or inside its functions."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import hides its layer"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def part(path: Path) -> str:
    """Folder or module directly under mer_ros."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_run_downwards(path):
    own = part(path)
    own_rank = RANK.get(own, 0)
    for name in imported(path):
        if name.startswith("mer_ros."):
            other = name.split(".")[1]
            assert RANK.get(other, 0) <= own_rank, f"{own} imports {name}, which lies above it"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_only_nodes_import_ros(path):
    if part(path) != "nodes":
        assert not {name.split(".")[0] for name in imported(path)} & set(ROS_PACKAGES)


def test_every_folder_with_modules_is_a_package():
    for folder in {path.parent for path in FILES}:
        assert (folder / "__init__.py").is_file(), (
            f"{folder} has no __init__.py, so it would not be installed"
        )


def test_everything_but_nodes_imports_without_ros():
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in FILES
        if part(path) != "nodes"
    ]
    script = f"""
import importlib, sys
class Block:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {ROS_PACKAGES!r}:
            raise ImportError(f"{{name}} is blocked")
sys.meta_path.insert(0, Block())
for name in {modules!r}:
    importlib.import_module(name)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=100
    )
    assert done.returncode == 0, done.stderr
