"""Every registered system: forward, no NaN, settings; networks: backward, a map of at least 14x14."""

from __future__ import annotations

import pytest
import torch

from mer_ros.errors import ConfigError
from mer_ros.recognition import registry
from mer_ros.recognition.sample import InputSpec

NARROW = {"widths": [8, 8, 16, 16], "depths": [1, 1, 1, 1]}
NETWORKS = {
    "micro_attention": {"n_labels": 3, "backbone": NARROW},
    "micro_attention_grey": {"n_labels": 3, "backbone": NARROW},
    "prototype": {"n_labels": 3, "prototypes_per_class": 2, "decoder_width": 16, "backbone": NARROW},
}
OVER_TIME = {"me_plan": {"n_labels": 3, "backbone": {"widths": [8, 8, 16, 16]}}}
DESCRIBED = {name: {"n_labels": 3} for name in ("lbp_top", "lbp_sip", "elcbp")}
PROBES = {  # without members; test_probe.py and test_votes.py give them some
    "probe": {"n_labels": 3, "untrained": 8},
    "votes": {"n_labels": 3},
}
LINEAR = {name: {"n_labels": 3, "size": 56} for name in ("linear", "linear_prototype", "random_features")}
SMALL = {**NETWORKS, **OVER_TIME, **DESCRIBED, **PROBES, **LINEAR}
SHAPES = {
    **dict.fromkeys([*NETWORKS, *PROBES, *LINEAR], (3, 56, 56)),
    **dict.fromkeys(OVER_TIME, (8, 3, 28, 28)),
    **dict.fromkeys(DESCRIBED, (5, 56, 56)),
}
LEARNED = {**NETWORKS, **OVER_TIME}


def test_every_system_is_tested():
    assert set(registry.names()) == set(SMALL)


@pytest.mark.parametrize("name", sorted(SMALL))
def test_every_system_answers_a_batch_of_each_kind_that_it_reads(name):
    system = registry.create(name, SMALL[name]).eval()
    for kind in registry.reads(name):
        x = torch.from_numpy(InputSpec(kind, 56).blank())[None]
        x = x.repeat(2, *[1] * (x.ndim - 1))
        with torch.inference_mode():
            output = system(x)
        assert output.logits.shape == (2, 3) and output.logits.isfinite().all()


@pytest.mark.parametrize("name", sorted(LEARNED))
def test_forward_and_backward(name):
    torch.manual_seed(0)
    system = registry.create(name, SMALL[name]).train()
    if name == "me_plan":
        system.set_prototypes(torch.randn(6, 32), torch.arange(6) % 3)
    x, y = torch.randn(4, *SHAPES[name]), torch.tensor([0, 1, 2, 0])
    output = system(x)
    assert output.logits.shape == (4, 3)
    if output.reconstruction is not None:
        assert output.reconstruction.shape == x.shape
    terms = system.loss(output, x, y)
    sum(terms.values()).backward()
    assert all(torch.isfinite(term) for term in terms.values())
    for key, parameter in system.named_parameters():
        assert parameter.grad is not None and parameter.grad.isfinite().all(), key
        assert parameter.grad.abs().sum() > 0 or key.endswith(("map.bias", "attention.bias")), key


@pytest.mark.parametrize("name", sorted(SMALL))
@pytest.mark.parametrize("extreme", [0.0, 1e4])
def test_extreme_inputs_give_numbers(name, extreme):
    system = registry.create(name, SMALL[name]).eval()
    with torch.inference_mode():
        output = system(torch.full((2, *SHAPES[name]), extreme))
    assert output.logits.isfinite().all()


@pytest.mark.parametrize("name", sorted(LEARNED))
def test_the_map_of_grad_cam_is_fine_enough(name):
    system = registry.create(name, {}).eval()
    shapes = []
    layer = system.get_submodule(system.gradcam_layer)
    hook = layer.register_forward_hook(lambda m, i, out: shapes.append(out.shape))
    with torch.inference_mode():
        system(
            torch.zeros(1, 3, 224, 224) if name == "micro_attention_grey" else torch.zeros(1, *SHAPES[name])
        )
    hook.remove()
    assert min(shapes[0][-2:]) >= 14


@pytest.mark.parametrize("name", sorted(LEARNED))
def test_half_precision_fits_32_mb(name):
    with torch.device("meta"):
        system = registry.create(name, {})
    assert sum(tensor.numel() for tensor in system.state_dict().values()) * 2 < 32e6 - 100_000


@pytest.mark.parametrize("name", sorted(SMALL))
def test_settings_make_the_same_system_again(name):
    system = registry.create(name, SMALL[name])
    again = registry.create(name, registry.settings_of(system))
    assert again.config == system.config
    shapes = [{key: value.shape for key, value in one.state_dict().items()} for one in (system, again)]
    assert shapes[0] == shapes[1] and shapes[0]


def test_unknown_names_and_settings_are_refused():
    known = (
        "elcbp, lbp_sip, lbp_top, linear, linear_prototype, me_plan, micro_attention, micro_attention_grey"
    )
    with pytest.raises(ConfigError, match=f"'lbp'.*{known}"):
        registry.create("lbp", {})
    with pytest.raises(ConfigError, match="unknown setting 'layers'"):
        registry.create("prototype", {"layers": 3})
    with pytest.raises(ConfigError, match="'strides' of the backbone"):
        registry.create("prototype", {"backbone": {"strides": [1, 2, 1]}})
