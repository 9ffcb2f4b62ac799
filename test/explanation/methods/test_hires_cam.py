"""HiResCAM keeps apart the cells that the mean gradient mixes."""

from __future__ import annotations

import torch
from torch import nn

from mer_ros.explanation.methods import attribute
from mer_ros.recognition.system import ModelOutput
from mer_ros.recognition.systems.network import Network


class LeftOnly(Network):
    """One map, the input; logit 0 reads its left column alone."""

    gradcam_layer = "maps"

    def __init__(self) -> None:
        super().__init__()
        self.maps = nn.Identity()

    def loss(self, output, data, labels):
        return {"sum": output.logits.sum()}

    def forward(self, x):
        score = 2 * self.maps(x)[:, 0, :, 0].sum(1)
        return ModelOutput(torch.stack([score, -score], 1))


def test_only_the_cells_that_the_network_used_are_in_the_map():
    x = torch.tensor([[[[1.0, 3.0], [2.0, 5.0]]]])
    assert attribute(LeftOnly(), x, 0, "hires_cam").map.tolist() == [[2, 0], [4, 0]]
    assert attribute(LeftOnly(), x, 0, "grad_cam").map.tolist() == [[1, 3], [2, 5]]  # mean gradient 1
