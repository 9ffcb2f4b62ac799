"""A true map is trusted; one in the wrong order, an unstable and an empty one are not."""

from __future__ import annotations

import sys
from types import ModuleType

import numpy as np
import pytest
import torch
from toy_reader import one_place_reader

from mer_ros.explanation.attribution import Attributions
from mer_ros.explanation.faithfulness import UNSTABLE, map_trust, trusted_attribution
from mer_ros.explanation.faithfulness.trust import MapTrust
from mer_ros.explanation.methods import METHODS, attribute
from mer_ros.explanation.methods.integrated_gradients import STEPS
from mer_ros.explanation.methods.method import Method


@pytest.fixture
def reader():
    return one_place_reader()


@pytest.fixture
def x():
    return torch.rand(1, 3, 28, 28, generator=torch.Generator().manual_seed(1)) + 0.5


def test_the_exact_map_of_a_reader_is_trusted(reader, x):
    found = map_trust(reader, x, 2, attribute(reader, x, 2).map)
    assert found.warning == "" and found.stability > 0.8 and found.most > found.least
    one, same = trusted_attribution(reader, x, 2)
    assert same == found and np.array_equal(one.map, attribute(reader, x, 2).map)
    assert torch.equal(one.output.logits, reader(x).logits)


def test_no_input_is_answered_twice(reader, x):
    """Integrated gradients read points before the input; the checks answer the input and two masked ones."""
    passed = []
    reader.register_forward_pre_hook(lambda _, inputs: passed.append(len(inputs[0])))
    one, _ = trusted_attribution(reader, x, 2, "integrated_gradients")
    assert sum(passed) == STEPS * 2 + 3
    torch.testing.assert_close(one.output.logits, reader(x).logits)


def test_a_map_in_the_wrong_order_is_not(reader, x):
    wrong = attribute(reader, x, 2).map
    found = map_trust(reader, x, 2, wrong.max() - wrong)
    assert found.most < found.least and found.warning == UNSTABLE


def test_a_map_that_changes_with_a_little_noise_is_not(reader, x, monkeypatch):
    module = ModuleType("a_restless_method")
    rng = np.random.default_rng(0)
    module.METHOD = Method(
        lambda system, x, labels: Attributions(rng.random((len(x), 28, 28)), system(x)),
        lambda system: True,
        "",
    )
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(METHODS.places, "restless", "a_restless_method:METHOD")
    true = attribute(reader, x, 2).map
    found = map_trust(reader, x, 2, true, "restless")
    assert found.most > found.least and found.stability < 0.3 and found.warning == UNSTABLE


@pytest.mark.parametrize(
    "stability, most, least, trusted",
    [
        (0.9, 2.0, 0.5, True),
        (0.9, 2.0, -1.0, True),
        (0.4, 2.0, -1.0, False),
        (0.9, 2.0, 0.6, False),
        (0.9, -0.1, -1.0, False),
        (0.9, 0.0, 0.0, False),
        (float("nan"), 2.0, -1.0, False),
    ],
)
def test_a_map_must_be_stable_and_in_order(stability, most, least, trusted):
    assert (MapTrust(stability, most, least).warning == "") == trusted


def test_an_empty_map_is_not(reader):
    assert map_trust(reader, torch.zeros(1, 3, 28, 28), 2, np.zeros((28, 28))).warning == UNSTABLE
