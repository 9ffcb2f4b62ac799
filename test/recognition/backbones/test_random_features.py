"""Features of convolutions that are never trained."""

import torch

from mer_ros.recognition.backbones.random_features import RandomFeatures


def test_the_weights_depend_on_the_seed_only():
    one, same, other = RandomFeatures(16, 3), RandomFeatures(16, 3), RandomFeatures(16, 4)
    x = torch.randn(2, 3, 28, 28, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(one(x), same(x), rtol=0, atol=0)
    assert not torch.allclose(one(x), other(x))
    assert not list(one.parameters()), "nothing to train"


def test_features_stand_on_a_grid_that_keeps_the_place():
    net = RandomFeatures(16)
    x = torch.zeros(1, 3, 28, 28)
    x[..., 20:24, 4:8] = 1.0
    found = net(x).sum(1)[0]
    assert found.shape == (14, 14) and (found >= 0).all()
    assert (found[:8] == 0).all() and (found[:, 6:] == 0).all() and found[10:12, 2:4].min() > 0


def test_samples_of_any_size_give_the_same_shape():
    assert RandomFeatures(8)(torch.zeros(1, 3, 56, 56)).shape == (1, 8, 14, 14)
