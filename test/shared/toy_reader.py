"""A linear reader of small flow with weights in one place only, whose exact map is therefore known."""

from __future__ import annotations

import torch

from mer_ros.recognition import create
from mer_ros.recognition.system import System


def one_place_reader() -> System:
    """Reads (B, 3, 28, 28); label 2 has random weights in one rectangle of the first channel."""
    torch.manual_seed(0)
    system = create("linear", {"size": 28})
    system.weight[2, 0, 10:20, 8:20] = torch.rand(10, 12)
    return system
