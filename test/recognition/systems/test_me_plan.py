"""ME-PLAN against its formulas written out: features, class means, answers of an episode."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional as F

from mer_ros.errors import ConfigError
from mer_ros.recognition import create
from mer_ros.recognition.backbones.resnet import face_share
from mer_ros.recognition.freezing import freeze_all_but
from mer_ros.recognition.systems.me_plan import (
    UNREACHABLE,
    EpisodeConfig,
    MePlan,
    class_means,
    squared_distances,
)

SMALL = {"n_labels": 3, "backbone": {"widths": [4, 4, 8, 8]}}


@pytest.fixture
def system() -> MePlan:
    torch.manual_seed(0)
    return create("me_plan", SMALL).eval()


def test_features_by_the_formula(system):
    x = torch.randn(2, 8, 3, 28, 28)
    with torch.no_grad():
        h = system.trunk(x.transpose(1, 2))  # (2, 8, 2, 7, 7)
        share = face_share(7, 7)
        score = torch.einsum("bcthw,c->bthw", h, system.attention.weight.flatten()) + system.attention.bias
        weight = score.exp() * share
        weight = weight / weight.sum((1, 2, 3), keepdim=True)
        wanted = torch.cat([(h.mean(2) * share).sum((2, 3)), torch.einsum("bcthw,bthw->bc", h, weight)], 1)
        torch.testing.assert_close(system.encode(x), wanted)
    assert h.shape == (2, 8, 2, 7, 7) and wanted.shape == (2, 16)


def test_uniform_attention_equals_the_mean(system):
    with torch.no_grad():
        system.attention.weight.zero_()
        whole, local = system.encode(torch.randn(3, 8, 3, 28, 28)).chunk(2, 1)
    torch.testing.assert_close(whole, local)


def test_attention_outside_the_face_counts_nothing(system):
    """The cells in the corner lie outside the face window, so their values have no effect."""
    with torch.no_grad():
        h = torch.zeros(1, 8, 2, 7, 7)
        h[..., 0, 0] = 1e3
        system.trunk = torch.nn.Identity()
        assert system.encode(h.transpose(1, 2)).abs().max() == 0


def test_class_means_and_distances_by_hand():
    latents = torch.tensor([[0.0, 2.0], [2.0, 4.0], [9.0, 9.0]])
    means = class_means(latents, torch.tensor([1, 1, 0]), 3)
    assert means[:2].tolist() == [[9, 9], [1, 3]] and means[2].isnan().all()
    assert squared_distances(torch.tensor([[1.0, 1.0]]), means[:2]).tolist() == [[128, 4]]


def test_the_answer_is_the_nearest_class_mean_of_the_support(system):
    latents, labels = torch.randn(9, 16), torch.arange(9) % 3
    system.set_prototypes(latents, labels)
    torch.testing.assert_close(system.prototypes[1], latents[1::3].mean(0))
    with torch.no_grad():
        output = system(torch.randn(2, 8, 3, 28, 28))
    assert output.distances.shape == (2, 3)
    torch.testing.assert_close(output.logits, -output.distances)
    torch.testing.assert_close(output.distances, torch.cdist(output.latent, system.prototypes).square())


def test_a_class_without_support_is_never_answered(system):
    system.set_prototypes(torch.randn(4, 16), torch.tensor([0, 0, 2, 2]))
    assert (system.prototypes[1] == UNREACHABLE).all()
    with torch.no_grad():
        logits = system(torch.randn(5, 8, 3, 28, 28)).logits
    assert logits.isfinite().all() and (logits.softmax(1)[:, 1] == 0).all()


def test_an_episode_answers_its_own_classes_only(system):
    support, query = torch.randn(4, 16), torch.randn(3, 16)
    logits = system.episode_logits(support, torch.tensor([0, 0, 1, 1]), query)
    wanted = -torch.cdist(query, torch.stack([support[:2].mean(0), support[2:].mean(0)])).square()
    torch.testing.assert_close(logits, wanted)


def test_the_prototypes_are_no_weights_but_travel_with_them(system):
    assert "prototypes" in system.state_dict() and "prototypes" not in dict(system.named_parameters())
    assert system.stored()["prototypes"].dtype == torch.float16


def test_only_the_attention_is_trained_if_the_backbone_is_frozen(system):
    assert freeze_all_but(system, system.head_parameters) == 8 + 1
    system.train()
    assert not any(norm.training for norm in system.modules() if isinstance(norm, torch.nn.BatchNorm3d))


def test_loss_against_the_held_prototypes_is_cross_entropy(system):
    x, y = torch.randn(3, 8, 3, 28, 28), torch.tensor([0, 1, 2])
    system.set_prototypes(torch.randn(6, 16), torch.arange(6) % 3)
    output = system(x)
    torch.testing.assert_close(
        system.loss(output, x, y)["cross_entropy"], F.cross_entropy(-output.distances, y)
    )


@pytest.mark.parametrize(
    "settings", [{"ways": 1}, {"shots": 0}, {"queries": 0}, {"ways": 3, "shots": 5, "guesses": 1}]
)
def test_an_episode_without_meaning_is_refused(settings):
    with pytest.raises(ConfigError):
        create("me_plan", {"episode": settings})
    assert EpisodeConfig().samples == 3 * (5 + 10)


def test_the_prototype_of_a_class_has_its_index_and_no_image():
    system = create("me_plan", {"n_labels": 3, "backbone": {"widths": [4, 8, 8, 8]}})
    assert system.nearest_prototype(2, torch.zeros(3)) == 2 and system.decode(2) is None
