"""Occlusion: the regions that a system reads are in the map, and only they."""

from __future__ import annotations

import numpy as np
import torch

from mer_ros.explanation.methods import attribute
from mer_ros.explanation.methods.region_occlusion import blank, canonical_regions, region_drops
from mer_ros.face.regions import REGIONS
from mer_ros.recognition import create

MOUTH = REGIONS.index("mouth")


def test_a_reader_of_the_mouth_falls_only_without_the_mouth():
    system = create("linear", {"size": 28})
    where = torch.tensor(canonical_regions(28)[MOUTH])
    system.weight[2, 0] = where.float()
    x = torch.ones(2, 3, 28, 28)
    drops, output = region_drops(system, x, torch.tensor([2, 2]))
    expected = np.zeros(len(REGIONS))
    expected[MOUTH] = float(where.sum()) * 6 / 7  # the lead over the mean of seven logits
    np.testing.assert_allclose(drops, [expected, expected], rtol=1e-5, atol=1e-5)
    assert torch.equal(output.logits, system(x).logits)
    found = attribute(system, x[:1], 2, "region_occlusion").map
    np.testing.assert_array_equal(found > 0, where.numpy())


def test_the_movement_of_a_clip_is_blank_and_its_appearance_is_not():
    clip = torch.arange(5.0).reshape(5, 1, 1).expand(5, 8, 8)
    assert torch.equal(blank(clip), torch.full((5, 8, 8), 2.0))
    assert not blank(torch.ones(3, 8, 8)).any() and not blank(torch.ones(8, 3, 8, 8)).any()
