"""The public names of the folders can be imported, and listing them imports no large package."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import pytest

FOLDERS = (
    "mer_ros.recognition",
    "mer_ros.recognition.systems",
    "mer_ros.recognition.backbones",
    "mer_ros.recognition.lbp",
    "mer_ros.recognition.svm",
    "mer_ros.explanation",
    "mer_ros.explanation.methods",
    "mer_ros.visualisation",
)


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_public_name_is_there(folder):
    module = import_module(folder)
    assert list(module.__all__) == sorted(
        module.__all__, key=lambda name: (not name.isupper(), name.islower(), name)
    )
    for name in module.__all__:
        assert getattr(module, name) is not None
    with pytest.raises(AttributeError):
        getattr(module, "no_such_name")  # noqa: B009  (a type checker would refuse it as an attribute)


def test_torch_is_imported_only_where_it_is_needed():
    code = (
        "import sys, mer_ros.recognition, mer_ros.recognition.model_files, mer_ros.explanation, "
        "mer_ros.recognition.checkpoint_header, mer_ros.visualisation; print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
