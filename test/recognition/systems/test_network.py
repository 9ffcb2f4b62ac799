"""Networks: storage in half precision, and norms of frozen parts that stay in evaluation mode."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from mer_ros.recognition.freezing import freeze_all_but
from mer_ros.recognition.system import ModelOutput
from mer_ros.recognition.systems.network import Network


class Toy(Network):
    """Batch norm, mean over the map, a linear layer."""

    head_parameters = ("head.*",)
    gradcam_layer = "norm"

    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(3)
        self.head = nn.Linear(3, 2)

    def forward(self, x):
        return ModelOutput(self.head(self.norm(x).mean((2, 3))))

    def loss(self, output, data, labels):
        return {"cross_entropy": F.cross_entropy(output.logits, labels)}


def test_a_network_without_a_loss_cannot_be_built():
    class NoLoss(Network):
        def forward(self, x):
            return ModelOutput(x)

    with pytest.raises(TypeError, match="loss"):
        NoLoss()


def test_matrices_are_stored_in_half_precision_and_vectors_and_counters_in_their_own():
    stored = Toy().stored()
    assert {name: value.dtype for name, value in stored.items()} == {
        "norm.weight": torch.float32,
        "norm.bias": torch.float32,
        "norm.running_mean": torch.float32,
        "norm.running_var": torch.float32,
        "norm.num_batches_tracked": torch.int64,
        "head.weight": torch.float16,
        "head.bias": torch.float32,
    }


def test_storing_leaves_the_network_in_full_precision():
    network = Toy()
    network.stored()
    assert network.head.weight.dtype == torch.float32


@pytest.mark.parametrize(
    ("trained", "mode", "norm_trains"),
    [(("*",), True, True), (("head.*",), True, False), (("*",), False, False), (("head.*",), False, False)],
)
def test_training_mode_leaves_the_norms_of_frozen_parts_alone(trained, mode, norm_trains):
    network = Toy()
    freeze_all_but(network, trained)
    assert network.train(mode) is network
    assert (network.training, network.head.training, network.norm.training) == (mode, mode, norm_trains)
    before = network.norm.running_mean.clone()
    network(torch.full((4, 3, 2, 2), 5.0))
    assert torch.equal(network.norm.running_mean, before) != norm_trains
