"""The grid of the networks of flow: shapes, place, older files, Grad-CAM, refusals."""

from __future__ import annotations

import pytest
import torch

from mer_ros.errors import ConfigError
from mer_ros.explanation.methods import attribute
from mer_ros.recognition import checkpoint
from mer_ros.recognition.backbones.resnet import pool_face
from mer_ros.recognition.checkpoint import ModelCard
from mer_ros.recognition.freezing import freeze_all_but
from mer_ros.recognition.registry import create, settings_of
from mer_ros.recognition.sample import InputSpec
from mer_ros.types import EMOTIONS

NARROW = {"widths": [8, 8, 8, 12], "depths": [1, 1, 1, 1]}
SETTINGS = {
    "micro_attention": {"backbone": NARROW},
    "prototype": {"backbone": NARROW, "decoder_width": 16},
}


def network(name: str, **more):
    torch.manual_seed(0)
    return create(name, {**SETTINGS[name], **more}).eval()


def movement(row: int, column: int) -> torch.Tensor:
    """(1, 3, 56, 56): a movement of 8x8 pixels."""
    x = torch.zeros(1, 3, 56, 56)
    x[..., row : row + 8, column : column + 8] = 2.0
    return x


@pytest.mark.parametrize("name", SETTINGS)
def test_the_latent_holds_the_cells(name):
    system = network(name, grid=7, grid_channels=4)
    output = system.train()(torch.randn(3, 3, 56, 56))
    assert output.latent.shape == (3, 4 * 7 * 7) and output.logits.shape == (3, 7)
    if name == "prototype":
        assert output.reconstruction.shape == (3, 3, 56, 56) and system.prototypes.shape[1] == 4 * 7 * 7
        assert system.eval().decode(0).shape == (3, 56, 56)
    sum(system.loss(output, torch.randn(3, 3, 56, 56), torch.tensor([0, 1, 2])).values()).backward()
    assert system.pool.reduce.weight.grad.abs().max() > 0


@pytest.mark.parametrize("name", SETTINGS)
@torch.inference_mode()
def test_a_movement_elsewhere_changes_the_latent_only_with_a_grid(name):
    change = {}
    for grid in (0, 7):
        system = network(name, grid=grid)
        rest = system(torch.zeros(1, 3, 56, 56)).latent
        here, there = (system(movement(24, column)).latent - rest for column in (16, 32))
        change[grid] = float((here - there).norm() / here.norm())
    assert change[0] < 0.35 and change[7] > 2 * change[0]


@pytest.mark.parametrize("name", SETTINGS)
@torch.inference_mode()
def test_settings_and_weights_of_before_the_grid_answer_as_before(name):
    system = network(name)
    settings = {key: value for key, value in settings_of(system).items() if not key.startswith("grid")}
    older = create(name, settings).eval()
    older.load_state_dict(system.state_dict())
    assert not [key for key in system.state_dict() if key.startswith("pool")]
    x = torch.randn(2, 3, 56, 56)
    assert torch.equal(older(x).logits, system(x).logits)
    assert torch.equal(older(x).latent, pool_face(system.trunk(x)))


@pytest.mark.parametrize("name", SETTINGS)
def test_a_file_keeps_the_grid(name, tmp_path):
    system, x = network(name, grid=7, grid_channels=4), torch.randn(2, 3, 56, 56)
    checkpoint.save(tmp_path / "grid.safetensors", system, ModelCard(name, EMOTIONS, InputSpec("flow", 56)))
    loaded = checkpoint.load(tmp_path / "grid.safetensors").system
    assert loaded.config == system.config
    with torch.inference_mode():
        torch.testing.assert_close(loaded(x).logits, system(x).logits, atol=0.02, rtol=0.02)


@pytest.mark.parametrize("name", SETTINGS)
def test_grad_cam_reads_cell_by_cell(name):
    system = network(name, grid=7)
    assert system.cam_rule.weights == "cell" and type(system).cam_rule == network(name).cam_rule
    map_ = attribute(system, movement(24, 16), 2, "hires_cam").map
    assert map_.shape == (14, 14) and map_.min() >= 0 and map_.max() > 0


@pytest.mark.parametrize("name", SETTINGS)
def test_the_pool_is_trained_with_the_head(name):
    system = network(name, grid=7)
    freeze_all_but(system, system.head_parameters)
    assert system.pool.reduce.weight.requires_grad and not system.trunk.conv1.weight.requires_grad


def test_a_grid_finer_than_the_last_map_is_refused():
    with pytest.raises(ConfigError, match="'grid' is 8, but the last map of the backbone is 7x7"):
        network("prototype", grid=8)
    with pytest.raises(ConfigError, match="'grid' is 8, but the last map of the backbone is 7x7"):
        network("micro_attention", grid=8)(torch.zeros(1, 3, 56, 56))
    with pytest.raises(ConfigError, match="'grid' is 7: this network averages over the whole map"):
        create("micro_attention_grey", {"grid": 7})
