"""The installed files agree with the manifests."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from catkin_pkg.changelog import get_changelog_from_path
from catkin_pkg.package import parse_package

import mer_ros
from mer_ros.files import share_dir
from mer_ros.graph.catalogue import NODES

ROOT = share_dir()
MANIFESTS = {"mer_ros": ROOT / "package.xml", "mer_interfaces": ROOT / "mer_interfaces" / "package.xml"}
REQUIREMENTS = sorted((ROOT / "requirements").glob("*.txt"))

# Each was looked up in rosdistro: packages of Jazzy, and rosdep keys.
ROS_KEYS = set(
    "ament_cmake builtin_interfaces cv_bridge diagnostic_msgs geometry_msgs launch launch_ros lifecycle_msgs "
    "rclpy rcl_interfaces ros2launch rosidl_default_generators rosidl_default_runtime rviz2 sensor_msgs "
    "std_msgs std_srvs".split()
)
ROSDEP_KEYS = set(
    "python3-jinja2 python3-joblib python3-matplotlib python3-numpy python3-opencv python3-pandas "
    "python3-pil "
    "python3-pytest python3-pytest-timeout python3-rich python3-scipy python3-skimage python3-sklearn "
    "python3-typer python3-uvicorn python3-venv python3-websockets python3-yaml".split()
)
PIP_ONLY = set(
    "av dacite markupsafe mediapipe python_calamine ray safetensors starlette tensorboardX threadpoolctl "
    "torch torchvision".split()
)


def tracked(pattern: str) -> list[str]:
    """Files of the repository, tracked or not yet, that git does not ignore."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", pattern]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()


@pytest.mark.parametrize("name", MANIFESTS)
def test_a_manifest_is_valid_and_its_keys_exist(name):
    warnings: list[str] = []
    package = parse_package(str(MANIFESTS[name]), warnings=warnings)
    package.validate(warnings=warnings)
    assert (package.name, package.package_format, warnings) == (name, 3, [])
    assert package.licenses == ["Apache-2.0"]
    groups = ("build_depends", "buildtool_depends", "build_export_depends", "exec_depends", "test_depends")
    keys = {dependency.name for group in groups for dependency in getattr(package, group)}
    assert keys <= ROS_KEYS | ROSDEP_KEYS | set(MANIFESTS)


def imported():
    """(file, top-level module) of every import in the package."""
    for path in sorted((ROOT / "mer_ros").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from ((path, alias.name.split(".")[0]) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield path, node.module.split(".")[0]


def test_whatever_is_imported_is_in_the_manifest():
    depends = {element.text for element in ElementTree.parse(MANIFESTS["mer_ros"]).getroot()}
    keys = {"cv2": "python3-opencv", "PIL": "python3-pil"}
    for path, module in imported():
        if module not in {"mer_ros", *PIP_ONLY, *sys.stdlib_module_names}:
            key = module if module in ROS_KEYS | {"mer_interfaces"} else keys.get(module, f"python3-{module}")
            assert key in depends, f"{path} imports {module}"


def test_one_version_everywhere():
    versions = {
        "setup.py": re.search(r'version="([^"]+)"', (ROOT / "setup.py").read_text(encoding="utf-8")).group(1),
        **{name: parse_package(str(path)).version for name, path in MANIFESTS.items()},
    }
    assert set(versions.values()) == {mer_ros.__version__}, versions


@pytest.mark.filterwarnings("ignore:nodes.Node.traverse:DeprecationWarning")  # catkin_pkg reads by it
@pytest.mark.parametrize("name", MANIFESTS)
def test_each_package_has_a_changelog_that_bloom_reads(name):
    changelog = get_changelog_from_path(str(MANIFESTS[name].parent), name)
    (version, _, (entry, *_)), *_ = changelog.foreach_version()
    assert (changelog.package_name, version) == (name, mer_ros.__version__)
    assert str(entry).strip()


def test_every_launch_config_and_model_file_is_installed(installed):
    for folder in ("launch", "config", "models"):
        for path in tracked(folder):
            assert (installed / "share" / "mer_ros" / path).is_file(), path


def test_every_data_file_of_the_package_is_package_data():
    setup = (ROOT / "setup.py").read_text(encoding="utf-8")
    patterns = ast.literal_eval(re.search(r"package_data=\{\s*PACKAGE: (\[.*?\])", setup, re.DOTALL).group(1))
    files = [Path(path).relative_to("mer_ros") for path in tracked("mer_ros") if not path.endswith(".py")]
    assert files and [path for path in files if not any(path.match(pattern) for pattern in patterns)] == []


def test_every_executable_is_installed(installed):
    found = {path.name for path in (installed / "lib" / "mer_ros").iterdir()}
    assert found == {*NODES, "recogniser", "mer"}
    assert set(NODES) == {"camera", "face_tracker", "classifier", "explainer"}


@pytest.fixture
def installed():
    """The prefix into which `make setup` installed mer_ros, in a workspace that of ``colcon build``."""
    prefixes = os.environ.get("AMENT_PREFIX_PATH", "").split(os.pathsep)
    places = [ROOT / "install" / "mer_ros", *map(Path, prefixes)]
    found = [path for path in places if (path / "share" / "mer_ros" / "package.xml").is_file()]
    assert found, "run the tests with 'make test', which builds the packages first"
    return found[0]


def test_launch_file_names_are_unique():
    names = [path.name for path in (ROOT / "launch").rglob("*.launch.py")]
    assert names
    assert len(names) == len(set(names))


def interface_fields():
    """(file, line) of every field of every message and service."""
    found = []
    for path in sorted((ROOT / "mer_interfaces").glob("*/*.[ms][sr][gv]")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.strip() and not line.startswith(("#", "---")):
                found.append((path.name, line))
    return found


def test_the_build_names_every_interface():
    cmake = (ROOT / "mer_interfaces" / "CMakeLists.txt").read_text(encoding="utf-8")
    paths = [path for kind in ("msg", "srv") for path in (ROOT / "mer_interfaces" / kind).iterdir()]
    assert set(re.findall(r'"((?:msg|srv)/[^"]+)"', cmake)) == {f"{p.parent.name}/{p.name}" for p in paths}


def test_every_field_is_commented():
    fields = interface_fields()
    assert len(fields) > 50
    assert [field for field in fields if not re.search(r"#\s*\S", field[1])] == []


def requirement_lines():
    return [
        (path.name, line)
        for path in REQUIREMENTS
        for line in path.read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    ]


def test_fault_68_every_dependency_is_pinned_and_has_a_reason():
    for name, line in requirement_lines():
        requirement, _, reason = line.partition("#")
        assert re.match(r"[A-Za-z0-9_.-]+(\[\w+\])?==[0-9][^\s;]*", requirement), f"{name}: {line}"
        assert reason.strip() or name == "constraints.txt", f"{name}: {line}"


def test_one_opencv_only():
    names = {line.split("==")[0] for _, line in requirement_lines()}
    assert {name for name in names if name.startswith("opencv")} == {"opencv-contrib-python"}


def test_every_direct_dependency_runs_what_is_imported():
    """Whatever mer_ros imports is pinned directly, not brought along by chance."""
    modules = {
        "PIL": "pillow",
        "cv2": "mediapipe",
        "cv_bridge": "cv-bridge",
        "python_calamine": "python-calamine",
        "skimage": "scikit-image",
        "sklearn": "scikit-learn",
        "yaml": "pyyaml",
    }
    direct = {
        re.split(r"[\[=]", line)[0].lower() for name, line in requirement_lines() if name != "constraints.txt"
    }
    for path, name in imported():
        if name not in {"mer_ros", "mer_interfaces", *ROS_KEYS, *sys.stdlib_module_names}:
            assert modules.get(name, name) in direct, f"{path} imports {name}"


@pytest.mark.parametrize("name", ["scripts/bootstrap.py", ".ci/run", "bin/mer"])
def test_scripts_can_be_run(name):
    assert (ROOT / name).stat().st_mode & 0o111 == 0o111


def test_the_licence_is_whole():
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in text and "END OF TERMS AND CONDITIONS" in text


def test_every_target_that_the_makefile_names_has_a_rule():
    """A merge once lost two: make says "Nothing to be done" and succeeds."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    [phony] = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert set(phony.split()) == set(re.findall(r"^([a-z-]+):(?!=)", makefile, re.MULTILINE))
