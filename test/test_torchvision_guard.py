"""The guard imports torchvision, and leaves a torchvision whose operators load as it is."""

from __future__ import annotations

import subprocess
import sys

from mer_ros import compat


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
