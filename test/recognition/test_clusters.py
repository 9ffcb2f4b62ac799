from __future__ import annotations

import torch

from mer_ros.recognition.clusters import MAX_CLUSTERS, choose_k, cluster_means


def clouds(k, each=60, gap=10.0, seed=0):
    generator = torch.Generator().manual_seed(seed)
    centres = gap * torch.randn(k, 8, generator=generator)
    points = centres[:, None] + torch.randn(k, each, 8, generator=generator)
    return points.flatten(0, 1)[torch.randperm(k * each, generator=generator)], centres


def test_as_many_parts_as_there_are_clouds():
    for k in (1, 2, 3, 4):
        assert choose_k(clouds(k)[0]) == k
    assert choose_k(clouds(9)[0]) == MAX_CLUSTERS


def test_too_few_points_are_one_part():
    assert choose_k(clouds(3, each=2)[0]) == 1


def test_the_means_are_those_of_the_clouds():
    points, centres = clouds(3)
    found = cluster_means(points, 3)
    assert torch.cdist(centres, found).amin(1).max() < 0.6


def test_fewer_points_than_parts():
    assert cluster_means(torch.ones(1, 4), 3).tolist() == [[1.0] * 4] * 3
