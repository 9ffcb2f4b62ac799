"""The attribution methods by name; one line adds another."""

from __future__ import annotations

import sys
from types import ModuleType

import numpy as np
import pytest
import torch

from mer_ros.errors import ConfigError
from mer_ros.explanation import METHODS, Attribution, attribute
from mer_ros.recognition.registry import create

NARROW = {"widths": [8, 8, 8, 8], "depths": [1, 1, 1, 1]}


@pytest.fixture
def system():
    return create("micro_attention", {"backbone": NARROW}).eval()


@pytest.mark.parametrize("name", METHODS.names)
def test_every_method_can_be_imported(name):
    assert callable(METHODS.get(name))


def test_an_added_method_is_a_line_and_a_system_that_names_it(system, monkeypatch):
    module = ModuleType("a_new_method")
    module.attribute = lambda system, x, label: Attribution(np.full((2, 2), label), system(x), "note")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(METHODS.places, "constant", "a_new_method:attribute")
    monkeypatch.setattr(type(system), "explained_by", "constant")
    found = attribute(system, torch.zeros(1, 3, 56, 56), 3)
    assert (found.map == 3).all() and found.note == "note" and found.output.logits.shape == (1, 7)


def test_an_unknown_method_is_refused_by_name(system, monkeypatch):
    monkeypatch.setattr(type(system), "explained_by", "guess")
    with pytest.raises(ConfigError, match="No attribution method is named 'guess': choose one of grad_cam, "):
        attribute(system, torch.zeros(1, 3, 56, 56), 0)
