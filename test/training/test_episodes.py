from __future__ import annotations

import pytest
import torch

from mer_ros.errors import DataError
from mer_ros.recognition.systems.me_plan import EpisodeConfig
from mer_ros.training.episodes import Episodes

LABELS = torch.tensor([4, 4, 4, 4, 0, 0, 0, 0, 0, 2, 2, 2, 2, 2, 2, 7])


def draws(config, labels=LABELS, n=200, seed=0):
    generator = torch.Generator().manual_seed(seed)
    episodes = Episodes(labels, config)
    return [episodes.draw(generator) for _ in range(n)]


def test_support_and_queries_are_apart_and_of_the_same_classes():
    for episode in draws(EpisodeConfig(ways=2, shots=2, queries=2)):
        every = torch.cat([episode.support, episode.query])
        assert len(every) == len(every.unique()) == 8
        classes = torch.cat([episode.support_classes, episode.query_classes])
        for place in (0, 1):
            assert len(LABELS[every[classes == place]].unique()) == 1
        assert episode.support_classes.tolist() == episode.query_classes.tolist() == [0, 0, 1, 1]


def test_classes_are_drawn_equally_often_whatever_their_size():
    labels = torch.cat([torch.zeros(500), torch.ones(10), torch.full((10,), 2)]).long()
    seen = torch.cat([labels[episode.query] for episode in draws(EpisodeConfig(2, 1, 1), labels, 600)])
    assert (seen.bincount() / len(seen) - 1 / 3).abs().max() < 0.05


def test_small_classes_give_half_of_themselves_and_single_samples_none():
    for episode in draws(EpisodeConfig(ways=4, shots=5, queries=10)):
        shown = LABELS[torch.cat([episode.support, episode.query])]
        assert set(shown.tolist()) == {0, 2, 4}  # all three that can; 7 has one sample
        assert sorted(LABELS[episode.support].bincount()[[0, 2, 4]].tolist()) == [2, 2, 3]
        assert len(shown) == 15


def test_the_same_generator_gives_the_same_episodes():
    a, b, other = (draws(EpisodeConfig(2, 1, 1), n=20, seed=seed) for seed in (3, 3, 4))
    same = [torch.equal(x.query, y.query) for x, y in zip(a, b, strict=True)]
    assert all(same) and not all(torch.equal(x.query, y.query) for x, y in zip(a, other, strict=True))


def test_too_few_samples_for_an_episode_are_refused():
    with pytest.raises(DataError, match="two classes with two samples"):
        Episodes(torch.tensor([0, 0, 0, 1]), EpisodeConfig())
