"""Pooling over a grid: values by hand, the place of a movement, maps that are too small."""

from __future__ import annotations

import pytest
import torch

from mer_ros.errors import ConfigError
from mer_ros.recognition.backbones.grid_pool import FacePool, GridPool, check_pool, face_pool
from mer_ros.recognition.backbones.resnet import face_share, pool_face


def identity(grid: int, channels: int = 2) -> GridPool:
    """A grid pool whose convolution passes its channels unchanged."""
    pool = GridPool(channels, grid, channels)
    with torch.no_grad():
        pool.reduce.weight.copy_(torch.eye(channels)[..., None, None])
    return pool


def test_without_a_grid_the_pool_is_global_and_has_no_parameters():
    pool, features = face_pool(5, 0, 16), torch.rand(2, 5, 7, 7)
    assert isinstance(pool, FacePool) and pool.out_channels == 5 and not pool.state_dict()
    assert torch.equal(pool(features), pool_face(features))


@pytest.mark.parametrize(("size", "grid"), [(7, 7), (14, 7), (8, 4), (9, 4)])
def test_shapes(size, grid):
    pool = face_pool(6, grid, 3)
    assert pool(torch.rand(2, 6, size, size)).shape == (2, pool.out_channels) == (2, 3 * grid * grid)
    assert [tuple(value.shape) for value in pool.state_dict().values()] == [(3, 6, 1, 1)]


def test_one_cell_is_the_global_pool():
    features = torch.rand(2, 2, 7, 7)
    torch.testing.assert_close(identity(1)(features), pool_face(features))


def test_cells_by_hand_in_the_order_channel_row_column():
    share, features = face_share(4, 4), torch.zeros(1, 2, 4, 4)
    features[0, 0, 1, 3] = 5.0  # row 0, column 1 of two by two cells
    features[0, 1, 2:, :2] = 1.0  # row 1, column 0
    found = identity(2)(features)
    expected = torch.zeros(1, 8)
    expected[0, 1] = 2 * 5 * share[1, 3]
    expected[0, 4 + 2] = 2 * share[2:, :2].sum()
    torch.testing.assert_close(found, expected)


def test_the_squared_norm_of_an_even_map_is_about_that_of_the_global_pool():
    even = torch.full((1, 2, 14, 14), 3.0)
    # 18 for a face that fills the crop; more because fewer cells hold the same share
    assert 18 < identity(7)(even).square().sum().item() < 40


def test_the_place_of_a_movement_changes_a_grid_and_not_a_global_pool():
    left, right = torch.zeros(2, 1, 2, 7, 7)
    left[0, 0, 3, 2] = right[0, 0, 3, 4] = 1.0
    torch.testing.assert_close(pool_face(left), pool_face(right), atol=2e-3, rtol=0)
    grid = identity(7)
    assert (grid(left) * grid(right)).sum() == 0 < grid(left).sum()


def test_the_precision_of_the_features_is_kept():
    assert identity(2).double()(torch.rand(1, 2, 4, 4).double()).dtype == torch.float64


def test_a_map_smaller_than_the_grid_is_refused():
    with pytest.raises(ConfigError, match="'grid' is 7, but the last map of the backbone is 5x5: give at"):
        identity(7)(torch.rand(1, 2, 5, 7))


@pytest.mark.parametrize(
    ("grid", "channels", "says"),
    [(-1, 16, "'grid' is -1"), (33, 16, "or 1 to 32"), (7, 0, "'grid_channels' is 0: give 1 to 256")],
)
def test_settings_out_of_range_are_refused(grid, channels, says):
    with pytest.raises(ConfigError, match=says):
        check_pool(grid, channels)
