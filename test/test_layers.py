"""Imports run downwards, layer by layer and without circles, and only nodes/ imports ROS."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import house
import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "mer_ros"
ROS_PACKAGES = (
    "rclpy builtin_interfaces cv_bridge diagnostic_msgs geometry_msgs launch launch_ros lifecycle_msgs "
    "mer_interfaces rcl_interfaces sensor_msgs std_msgs std_srvs"
).split()
FILES = sorted(PACKAGE.rglob("*.py"))
MOST_AT_THE_TOP = 10


def test_every_folder_has_a_layer_of_its_own():
    layers = [name for name, _ in house.LAYERS]
    folders = {path.parent.name for path in PACKAGE.glob("*/*.py")}
    assert len(layers) == len(set(layers))
    assert folders == set(layers) - {"pipeline"}


def test_no_import_climbs_and_no_files_form_a_circle():
    found = house.imports()
    assert len(found) > 1000, "the imports were not found"
    assert house.climbing(found) == []
    assert house.circles(found) == []


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A package of four files without fault, to which a test adds one."""
    for name, text in {
        "mer_ros/__init__.py": "",
        "mer_ros/types.py": "",
        "mer_ros/face/__init__.py": "from mer_ros.types import x\n",
        "mer_ros/data/__init__.py": "import mer_ros.face\nfrom mer_ros import types\n",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    found = house.imports(tmp_path)
    assert len(found) == 3 and not house.climbing(found) and not house.circles(found)
    return tmp_path


@pytest.mark.parametrize(
    "line",
    [
        "from mer_ros.data import clips",
        "import mer_ros.data.clips",
        "from mer_ros import data",
        "def late():\n    from mer_ros.data.clips import name",
        "if TYPE_CHECKING:\n    from mer_ros.data.clips import Name",
    ],
)
def test_an_import_that_climbs_is_found(line: str, copy: Path):
    (copy / "mer_ros/face/mesh.py").write_text(line + "\n")
    [found] = house.climbing(house.imports(copy))
    assert (found.importer, found.imported) == ("mer_ros.face.mesh", "mer_ros.data")


def test_an_import_from_the_top_of_the_package_that_climbs_is_found(copy: Path):
    (copy / "mer_ros/types.py").write_text("from mer_ros.face import mesh\n")
    assert [i.importer for i in house.climbing(house.imports(copy))] == ["mer_ros.types"]


def test_a_circle_is_found_also_through_a_function(copy: Path):
    (copy / "mer_ros/face/a.py").write_text("from mer_ros.face.b import x\n")
    (copy / "mer_ros/face/b.py").write_text("def late():\n    from mer_ros.face import c\n")
    (copy / "mer_ros/face/c.py").write_text("from mer_ros.face.a import y\n")
    names = ["mer_ros.face.a", "mer_ros.face.b", "mer_ros.face.c"]
    assert house.circles(house.imports(copy)) == [names]


def test_a_relative_import_is_refused(copy: Path):
    (copy / "mer_ros/face/a.py").write_text("from . import b\n")
    with pytest.raises(ValueError, match="relative"):
        house.imports(copy)


def test_a_node_imports_neither_the_doctor_nor_reports():
    nodes = [i for i in house.imports() if house.layer_of(i.importer) == "nodes"]
    assert nodes
    assert [i for i in nodes if house.layer_of(i.imported) in ("doctor", "reports")] == []


def test_few_modules_lie_at_the_top():
    names = [path.stem for path in PACKAGE.glob("*.py") if path.stem != "__init__"]
    assert len(names) <= MOST_AT_THE_TOP, names


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_only_nodes_import_ros(path: Path):
    if path.relative_to(PACKAGE).parts[0] == "nodes":
        return
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
        assert not {name.split(".")[0] for name in names} & set(ROS_PACKAGES)


def test_every_folder_with_modules_is_a_package():
    for folder in {path.parent for path in FILES}:
        assert (folder / "__init__.py").is_file(), (
            f"{folder} has no __init__.py, so it would not be installed"
        )


def test_everything_but_nodes_imports_without_ros():
    modules = [name for name in house.modules() if house.layer_of(name) != "nodes"]
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
