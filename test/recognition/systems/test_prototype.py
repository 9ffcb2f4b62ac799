"""Distances, losses, initialisation and decoding against values written out."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from mer_ros.errors import ConfigError
from mer_ros.recognition.registry import create
from mer_ros.recognition.system import ModelOutput
from mer_ros.recognition.systems.prototype import Prototype, PrototypeConfig

NARROW = {"widths": [8, 8, 8, 8], "depths": [1, 1, 1, 1]}


def toy(**settings) -> Prototype:
    system = create(
        "prototype", {"n_labels": 2, "size": 16, "decoder_width": 16, "backbone": NARROW, **settings}
    )
    assert isinstance(system, Prototype)
    return system


def latents(*rows: list[float]) -> Tensor:
    """Places in the space of eight numbers, the last of them 0."""
    given = torch.tensor(rows, dtype=torch.float32)
    return functional.pad(given, (0, 8 - given.shape[1]))


def test_distances_are_squared_l2_and_a_label_takes_its_nearest():
    system = toy(prototypes_per_class=2)
    with torch.no_grad():
        system.prototypes.copy_(latents([0, 0, 0], [3, 0, 0], [0, 4, 0], [0, 1, 1]))
    distances = system.distances(latents([1, 0, 0]))
    assert distances.tolist() == [[1, 4, 17, 3]]
    assert system.label_distances(distances).tolist() == [[1, 3]]
    assert system.prototype_labels == [0, 0, 1, 1]


def test_logits_are_minus_the_distance():
    system = toy().eval()
    output = system(torch.randn(3, 3, 16, 16))
    assert torch.equal(output.logits, -output.distances)


def test_losses_by_hand():
    system = toy(reconstruction=2.0, cohesion=3.0, separation=5.0, margin=4.0)
    # Squared distances: sample 0 (class 0) 1 and 3, sample 1 (class 1) 6 and 2.
    output = ModelOutput(torch.tensor([[-1.0, -3.0], [-6.0, -2.0]]), reconstruction=torch.zeros(2, 3, 2, 2))
    data = torch.full((2, 3, 2, 2), 0.5)
    terms = system.loss(output, data, torch.tensor([0, 1]))
    assert terms["cross_entropy"].item() == pytest.approx(
        (math.log1p(math.exp(-2)) + math.log1p(math.exp(-4))) / 2
    )
    assert terms["cohesion"].item() == pytest.approx(3 * (1 + 2) / 2)
    assert terms["separation"].item() == pytest.approx(5 * ((4 - 3) + 0) / 2)  # 6 lies beyond the margin
    assert terms["reconstruction"].item() == pytest.approx(2 * 0.25)


def test_prototypes_start_at_class_means():
    system = toy()
    learned = latents([0, 0, 0], [2, 0, 0], [0, 5, 0], [0, 7, 2])
    system.initialise_prototypes(learned, torch.tensor([0, 0, 1, 1]))
    assert torch.equal(system.prototypes, latents([1, 0, 0], [0, 6, 1]))


def test_several_prototypes_of_a_class_start_apart():
    system = toy(prototypes_per_class=2)
    before = system.prototypes[2:].clone()
    system.initialise_prototypes(latents([0], [1], [9], [10]), torch.zeros(4, dtype=torch.long))
    assert sorted(system.prototypes[:2, 0].tolist()) == [0.5, 9.5]
    assert torch.equal(system.prototypes[2:], before)  # a class without a sample keeps its own


@pytest.mark.parametrize("size", [16, 56, 64, 112])
def test_a_decoded_prototype_has_the_inputs_shape(size):
    system = toy(size=size).eval()
    assert system.decode(1).shape == (3, size, size)


def test_a_reconstruction_is_computed_only_in_training():
    system = toy()
    x = torch.randn(2, 3, 16, 16)
    assert system.train()(x).reconstruction.shape == x.shape
    assert system.eval()(x).reconstruction is None


@pytest.mark.parametrize(
    "settings", [{"size": 20}, {"prototypes_per_class": 0}, {"margin": -1.0}, {"n_labels": 1}]
)
def test_settings_without_meaning_are_refused(settings):
    with pytest.raises(ConfigError, match=next(iter(settings))):
        PrototypeConfig(**settings)


def test_the_nearest_prototype_of_a_label_is_one_of_its_own():
    system = toy(prototypes_per_class=3)
    distances = torch.tensor([5.0, 2.0, 2.0, 1.0, 9.0, 0.5])
    assert [system.nearest_prototype(label, distances) for label in (0, 1)] == [1, 5]
