"""The worked examples in docstrings give what they show."""

from __future__ import annotations

import doctest
from importlib import import_module

import house
import pytest

MODULES = [name for name, path in house.modules().items() if ">>>" in path.read_text(encoding="utf-8")]


def test_there_are_worked_examples():
    assert len(MODULES) > 30


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_of_a_module_hold(module):
    result = doctest.testmod(import_module(module))
    assert result.attempted > 0
    assert result.failed == 0
