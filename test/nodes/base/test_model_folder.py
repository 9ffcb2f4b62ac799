"""Checkpoints for a node, according to its parameters models_dir, device and threads."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mer_ros import files
from mer_ros.errors import CheckpointError, ConfigError, PackageError
from mer_ros.nodes.base import ModelFolder


@pytest.fixture
def folder(make_node: Callable[..., Any], models_dir: Path) -> Callable[..., ModelFolder]:
    """``folder(**parameters)``: the folder of a classifier with these parameters."""

    def make(**parameters: Any) -> ModelFolder:
        given = {"models_dir": str(models_dir), "device": "cpu", **parameters}
        return ModelFolder(make_node("classifier", **given))

    return make


def test_a_model_is_loaded_by_name_or_hash(folder: Callable[..., ModelFolder], models_dir: Path) -> None:
    models = folder()
    assert models.path == models_dir
    model_id = models.load("two").model_id
    assert model_id.startswith("two@")
    assert models.load(model_id).model_id == model_id


def test_an_empty_models_dir_means_the_shipped_models(folder: Callable[..., ModelFolder]) -> None:
    assert folder(models_dir="").path == files.models_dir()


def test_torch_uses_the_number_of_threads_of_the_parameter(folder: Callable[..., ModelFolder]) -> None:
    import torch

    before = torch.get_num_threads()
    try:
        for threads in (2, 1):
            folder(threads=threads).load("one")
            assert torch.get_num_threads() == threads
    finally:
        torch.set_num_threads(before)


def test_fault_42_a_folder_that_does_not_exist_is_refused(folder: Callable[..., ModelFolder]) -> None:
    with pytest.raises(CheckpointError, match="/no/such/folder is not a folder"):
        folder(models_dir="/no/such/folder")


@pytest.mark.parametrize(
    ("model", "words"),
    [("three", "'three' is not in"), ("pointer", "pointer"), ("../outside", "outside")],
    ids=["fault_42_missing", "fault_43_lfs_pointer", "fault_70_traversal"],
)
def test_a_model_that_cannot_be_loaded_is_one_sentence(
    model: str, words: str, folder: Callable[..., ModelFolder]
) -> None:
    with pytest.raises(CheckpointError, match=words) as raised:
        folder().load(model)
    assert "\n" not in str(raised.value)


def test_fault_50_cuda_is_refused_where_there_is_none(
    folder: Callable[..., ModelFolder], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    with pytest.raises(ConfigError, match="cuda"):
        folder(device="cuda").load("one")


@pytest.mark.parametrize("package", ["torch", "safetensors"])
def test_a_missing_package_is_named_with_its_remedy(
    package: str, folder: Callable[..., ModelFolder], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(PackageError, match=f"cannot import {package}.*requirements/runtime.txt"):
        folder()
