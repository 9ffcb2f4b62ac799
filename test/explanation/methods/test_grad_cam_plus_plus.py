"""Grad-CAM++ on maps and gradients set by hand."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from mer_ros.explanation.methods import attribute
from mer_ros.recognition.system import ModelOutput
from mer_ros.recognition.systems.network import Network


class Toy(Network):
    """One map, the input; logit 0 = the sum of 2 * map over the left column, minus the right column."""

    gradcam_layer = "maps"

    def __init__(self) -> None:
        super().__init__()
        self.maps = nn.Identity()

    def loss(self, output, data, labels):
        return {"sum": output.logits.sum()}

    def forward(self, x):
        a = self.maps(x)[:, 0]
        score = 2 * a[:, :, 0].sum(1) - a[:, :, 1].sum(1)
        return ModelOutput(torch.stack([score, -score], 1))


def test_the_map_is_the_one_computed_by_hand():
    x = torch.tensor([[[[1.0, 3.0], [2.0, 0.0]]]])
    # g = [[2, -1], [2, -1]], sum of A = 6: alpha = 4 / (8 + 6 * 8) on the left; the right has ReLU(g) = 0.
    w = 2 * (4 / 56) * 2
    np.testing.assert_allclose(
        attribute(Toy(), x, 0, "grad_cam_plus_plus").map, w * x[0, 0].numpy(), rtol=1e-6
    )


def test_without_activation_and_gradient_the_map_is_empty_and_finite():
    assert attribute(Toy(), torch.zeros(1, 1, 2, 2), 0, "grad_cam_plus_plus").map.tolist() == [[0, 0], [0, 0]]
