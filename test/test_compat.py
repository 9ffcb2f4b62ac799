"""A missing package gives one sentence with the remedy; torchvision can be imported with any torch."""

from __future__ import annotations

import os
import subprocess
import sys
from types import ModuleType, SimpleNamespace

import pytest

from mer_ros import compat
from mer_ros.cli.main import app
from mer_ros.compat import need
from mer_ros.errors import MerError
from mer_ros.face import FaceMesh
from mer_ros.nodes.base.model_folder import ModelFolder


def model_folder(folder):
    return ModelFolder(SimpleNamespace(value={"device": "cpu", "threads": 1, "models_dir": str(folder)}.get))


def assert_says_what_to_do(sentence, name):
    assert f"{sys.executable} cannot import {name} (" in sentence
    for part in ("requirements/runtime.txt", "python -m colcon build", "not 'colcon build'"):
        assert part in sentence
    assert sentence.endswith(".") and "\n" not in sentence and sentence.count(". ") == 0


def test_a_package_that_is_there_is_imported():
    assert need("json").dumps([1]) == "[1]"


@pytest.mark.parametrize("name", ["torch", "safetensors"])
def test_the_models_say_which_package_is_missing(monkeypatch, tmp_path, name):
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(MerError) as caught:
        model_folder(tmp_path)
    assert_says_what_to_do(str(caught.value), name)


def test_the_face_mesh_reports_that_mediapipe_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "mediapipe", None)
    with pytest.raises(MerError) as caught:
        FaceMesh()
    assert_says_what_to_do(str(caught.value), "mediapipe")


def test_the_face_mesh_refuses_a_mediapipe_that_has_no_solutions(monkeypatch):
    later = ModuleType("mediapipe")
    later.__version__ = "0.10.35"
    monkeypatch.setitem(sys.modules, "mediapipe", later)
    with pytest.raises(MerError, match=r"mediapipe 0\.10\.35 .* requirements/runtime\.txt"):
        FaceMesh()


def test_mer_train_reports_that_torch_is_missing(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.setattr(
        sys, "argv", ["mer", "train", "--model", "prototype", "--out", str(tmp_path / "m.safetensors")]
    )
    with pytest.raises(MerError) as caught:
        app(standalone_mode=False)
    assert_says_what_to_do(str(caught.value), "torch")


def test_models_import_in_a_fresh_process():
    code = (
        "from mer_ros.compat import import_torchvision as f\n"
        "tv = f(); assert f() is tv\n"
        "import torch, torchvision.models.resnet as r\n"
        "assert hasattr(torch.ops.torchvision, 'nms')\n"
        "assert r.resnet18(num_classes=2)(torch.zeros(1, 3, 64, 64)).shape == (1, 2)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


def test_nothing_is_declared_where_the_operator_exists(monkeypatch):
    declared = []
    monkeypatch.setattr(compat, "_has_operator", lambda torch: True)
    monkeypatch.setattr("torch.library.Library", lambda *a, **k: declared.append(a))
    assert compat._declare_schemas.__wrapped__() is None  # past the cache, which holds the library
    assert declared == []


def test_a_library_that_does_not_load_is_passed_over(monkeypatch):
    import torch

    def refuse(path):
        raise OSError("libcudart.so.13: cannot open shared object file")

    monkeypatch.setattr(torch.ops, "load_library", refuse)
    monkeypatch.setattr(compat, "_has_operator", lambda _: False)
    assert compat._load_compiled(torch) is False


@pytest.mark.parametrize(("name", "found"), [("numpy", True), ("torch.py", True), ("mine", False)])
def test_fault_89_a_package_of_another_python_in_pythonpath_is_the_named_cause(
    monkeypatch, tmp_path, name, found
):
    folder = tmp_path / "site packages"
    folder.mkdir()
    (folder / name).touch() if name.endswith(".py") else (folder / name).mkdir()
    monkeypatch.setenv("PYTHONPATH", f"/none::{folder}")
    remedy = compat.import_remedy("otherwise.")
    assert ("unset PYTHONPATH" in remedy and str(folder) in remedy) if found else remedy == "otherwise."
    ros = {"PYTHONPATH": str(folder), "AMENT_PREFIX_PATH": str(tmp_path)}
    assert compat.foreign_packages(ros) == "", "a ROS prefix is no other environment"


NO_HOME = """
import os, pwd

def no_entry(uid):
    raise KeyError(uid)

pwd.getpwuid = no_entry  # as for a user id of a container
from mer_ros.face import FaceMesh
FaceMesh().close()
print(os.path.isdir(os.environ["MPLCONFIGDIR"]), os.environ["MPLCONFIGDIR"])
"""


def test_fault_89_a_user_without_a_home_can_detect_faces(tmp_path):
    env = {k: v for k, v in os.environ.items() if k not in ("HOME", "MPLCONFIGDIR", "XDG_CONFIG_HOME")}
    env = {**env, "TMPDIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", NO_HOME], capture_output=True, text=True, env=env)
    there, _, folder = done.stdout.strip().partition(" ")
    assert (there, os.path.dirname(folder)) == ("True", str(tmp_path)), done.stderr
    assert not os.path.exists(folder), "the process removes it"


def test_a_command_that_cannot_import_ros_says_what_to_do(monkeypatch):
    monkeypatch.setattr(compat, "foreign_packages", lambda environ: "")
    assert str(compat.ros_missing(ImportError("No module named 'rclpy'"))) == (
        "ROS cannot be imported (No module named 'rclpy'): source install/setup.bash or scripts/env.sh first."
    )
