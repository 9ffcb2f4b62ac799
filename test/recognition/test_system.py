"""What every system has without defining it: its stored state, no prototypes, no check."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
import torch
from torch import nn

from mer_ros.recognition.system import ModelOutput, System


@dataclass(frozen=True)
class ToyConfig:
    n_labels: int = 2


class Toy(System):
    """The mean of each sample, times a weight and plus an offset for each class."""

    reads = ("flow",)
    family = "networks"
    explained_by = "grad_cam"

    def __init__(self, config: ToyConfig) -> None:
        super().__init__()
        self.config = config
        self.weight = nn.Parameter(torch.tensor([2.0, -1.0]))
        self.register_buffer("offset", torch.tensor([0.0, 0.5], dtype=torch.float64))
        self.register_buffer("scratch", torch.zeros(3), persistent=False)

    def forward(self, x):
        return ModelOutput(x.mean((1, 2, 3))[:, None] * self.weight + self.offset)


def test_a_system_without_an_answer_cannot_be_built():
    class Mute(System):
        pass

    with pytest.raises(TypeError, match="forward"):
        Mute()


def test_a_call_is_the_forward_pass():
    output = Toy(ToyConfig())(torch.tensor([1.0, 3.0]).reshape(2, 1, 1, 1))
    assert output.logits.tolist() == [[2.0, -0.5], [6.0, -2.5]]
    assert (output.distances, output.latent, output.reconstruction) == (None, None, None)


def test_the_stored_state_is_all_that_was_learned_in_its_own_precision():
    stored = Toy(ToyConfig()).stored()
    assert {name: value.dtype for name, value in stored.items()} == {
        "weight": torch.float32,
        "offset": torch.float64,
    }


def test_a_system_has_no_prototypes_and_refuses_no_state():
    system = Toy(ToyConfig())
    assert system.has_prototypes is False
    assert system.nearest_prototype(0, torch.ones(2)) is None and system.decode(0) is None
    system.check()
