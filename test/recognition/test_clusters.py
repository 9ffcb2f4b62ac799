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


def test_identical_points_give_equal_means_without_a_warning():
    assert cluster_means(torch.full((9, 3), 2.0), 2).tolist() == [[2.0] * 3] * 2


def test_one_cluster_is_the_mean_to_the_last_bit():
    """Summed along the first principal direction, so that trained prototypes reproduce exactly."""
    points = clouds(2)[0]
    centred = points - points.mean(0)
    direction = torch.linalg.svd(centred, full_matrices=False).Vh[0]
    expected = points[torch.argsort(centred @ direction)].mean(0)
    assert torch.equal(cluster_means(points, 1)[0], expected)


def test_means_are_those_of_their_own_nearest_points_and_do_not_vary():
    points, _ = clouds(3, gap=4.0)
    found = cluster_means(points, 3)
    nearest = torch.cdist(points, found).argmin(1)
    own = torch.stack([points[nearest == i].mean(0) for i in range(3)])
    torch.testing.assert_close(found, own, rtol=1e-5, atol=1e-5)
    assert torch.equal(cluster_means(points, 3), found) and found.dtype == points.dtype
