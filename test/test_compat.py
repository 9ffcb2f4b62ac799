"""A missing package is one sentence that says what to do."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace

import pytest

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


def test_the_face_mesh_says_that_mediapipe_is_missing(monkeypatch):
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


def test_mer_train_says_that_torch_is_missing(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.setattr(
        sys, "argv", ["mer", "train", "--model", "prototype", "--out", str(tmp_path / "m.safetensors")]
    )
    with pytest.raises(MerError) as caught:
        app(standalone_mode=False)
    assert_says_what_to_do(str(caught.value), "torch")
