"""Shares of maps that are called unstable, and the noise without movement of one control."""

from __future__ import annotations

import pytest
import torch
from toy_reader import one_place_reader

from benchmarks.explain_maps import SHIPPED
from benchmarks.explain_trust import noise, of_answers, of_other_labels
from mer_ros import files
from mer_ros.recognition import Recogniser


@pytest.fixture
def reader():
    return one_place_reader()


def test_the_share_is_none_for_exact_maps_and_all_for_empty_ones(reader):
    x = torch.rand(3, 3, 28, 28, generator=torch.Generator().manual_seed(1)) + 0.5
    row = of_answers("exact", reader, x)
    assert (row.value, row.note, row.met) == (0.0, "3 maps", None)
    assert of_answers("empty", reader, torch.zeros_like(x)).value == 1.0


def test_a_foreign_map_is_that_of_another_label():
    assert of_other_labels(torch.tensor([0, 0, 1, 2, 0])) == [2, 2, 3, 4, 2]


@pytest.mark.parametrize("name", ["linear_prototype", "me_plan"])
def test_noise_is_another_for_each_sample_and_the_same_every_time(name):
    model = Recogniser.load(files.models_dir() / f"{name}.safetensors")
    x = noise(model, 2)
    assert x.shape == (2, *model.card.input.blank().shape) and x.isfinite().all()
    assert x[0].std() > 0 and not torch.allclose(x[0], x[1])
    assert torch.equal(x, noise(model, 2))


def test_every_shipped_model_is_measured():
    shipped = {path.stem for path in files.models_dir().glob("*.safetensors")}
    assert set(SHIPPED) == shipped - {"action_units"}
