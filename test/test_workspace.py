"""The build of a workspace as documented: a clone under src/, and a link to the messages beside it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from xml.etree import ElementTree

import pytest

from mer_ros.files import share_dir
from mer_ros.graph.catalogue import NODES

ROOT = share_dir()
pytestmark = pytest.mark.slow


def colcon(arguments, folder, env, log_base):
    command = [sys.executable, "-m", "colcon", "--log-base", str(log_base), *arguments]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=280)


@pytest.fixture(scope="module")
def build_env():
    """The environment of a shell that has ROS but not this package."""
    env = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "COLCON_PREFIX_PATH")}
    for key in ("AMENT_PREFIX_PATH", "CMAKE_PREFIX_PATH"):
        parts = os.environ.get(key, "").split(os.pathsep)
        kept = [part for part in parts if part and not part.startswith(str(ROOT / "install"))]
        env[key] = os.pathsep.join(kept or [sys.prefix])
    env["PATH"] = os.pathsep.join([str(os.path.dirname(sys.executable)), os.environ["PATH"]])
    return env


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """A workspace with a copy of what git would clone."""
    workspace = tmp_path_factory.mktemp("ws")
    target = workspace / "src" / "mer_ros"
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (link,) = re.findall(r"^ln -s (.*) src/$", readme, re.MULTILINE)
    (workspace / "src" / "mer_interfaces").symlink_to(link)
    return workspace


def test_colcon_finds_both_packages_in_the_clone_itself(clone, build_env, tmp_path):
    done = colcon(["list", "--names-only"], clone / "src" / "mer_ros", build_env, tmp_path)
    assert sorted(done.stdout.split()) == ["mer_interfaces", "mer_ros"], done.stderr


def test_colcon_and_rosdep_find_both_packages_in_the_workspace(clone, build_env, tmp_path):
    done = colcon(["list", "--names-only"], clone, build_env, tmp_path)
    assert sorted(done.stdout.split()) == ["mer_interfaces", "mer_ros"], done.stderr
    from catkin_pkg.packages import find_packages, verify_equal_package_versions

    found = find_packages(str(clone / "src"))  # what rosdep and bloom call
    assert sorted(package.name for package in found.values()) == ["mer_interfaces", "mer_ros"]
    assert verify_equal_package_versions(found.values()) == "0.1.0"
    warnings: list[str] = []
    for package in found.values():
        package.validate(warnings)
    assert warnings == []


def test_the_recipe_names_files_of_the_clone(clone):
    named = set(re.findall(r"\bsrc/mer_ros/\S+", (ROOT / "README.md").read_text(encoding="utf-8")))
    assert {"src/mer_ros/requirements/build.txt", "src/mer_ros/requirements/runtime.txt"} < named
    assert [path for path in named if not (clone / path).exists()] == []


@pytest.fixture(scope="module")
def built(clone, build_env):
    """The same workspace, built with the command of the README."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (command,) = re.findall(r"^python -m colcon (build.*)$", readme, re.MULTILINE)
    done = colcon([*command.split(), "--cmake-args", "-DBUILD_TESTING=OFF"], clone, build_env, clone / "log")
    assert done.returncode == 0, done.stdout + done.stderr
    return clone


@pytest.mark.timeout(300)
def test_the_workspace_builds(built):
    prefix = built / "install" / "mer_ros"
    executables = {path.name for path in (prefix / "lib" / "mer_ros").iterdir()}
    assert executables == {*NODES, "recogniser", "mer"}
    share = prefix / "share" / "mer_ros"
    for folder in ("launch", "config", "models"):
        for path in (built / "src" / "mer_ros" / folder).rglob("*"):
            if path.is_file():
                assert (share / path.relative_to(built / "src" / "mer_ros")).is_file(), path
    assert (prefix / "share" / "ament_index" / "resource_index" / "packages" / "mer_ros").is_file()
    launch_files = [path.name for path in share.rglob("*.launch.py")]
    assert launch_files and len(launch_files) == len(set(launch_files))


@pytest.mark.timeout(300)
def test_its_commands_run_once_the_workspace_is_sourced(built, build_env):
    script = (
        "source install/setup.bash && mer --version && "
        "python -c 'import mer_interfaces.msg, mer_ros.files as r; print(r.share_dir()); "
        "import mer_ros.face.au_templates as t; t.action_unit_templates(28)'"  # reads an installed data file
    )
    done = subprocess.run(
        ["bash", "-c", script], cwd=built, env=build_env, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    version, folder = done.stdout.splitlines()
    assert version == "mer_ros 0.1.0"
    assert folder == str(built / "install" / "mer_ros" / "share" / "mer_ros")


@pytest.mark.timeout(300)
def test_colcon_runs_the_tests(built, build_env, tmp_path):
    """Without a test dependency on pytest, colcon falls back to unittest, finds no test and succeeds."""
    done = colcon(
        ["test", "--packages-select", "mer_ros", "--test-result-base", str(tmp_path),
         "--pytest-args", "test/test_packaging.py", " -k", "licence"],
        built, build_env, tmp_path / "log",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    (suite,) = ElementTree.parse(tmp_path / "mer_ros" / "pytest.xml").getroot()
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("1", "0", "0")
