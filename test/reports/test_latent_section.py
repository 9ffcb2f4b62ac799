from __future__ import annotations

import numpy as np
import pytest

from mer_ros.evaluation.protocol import protocol_of
from mer_ros.evaluation.run import Evaluation, SystemPredictions
from mer_ros.reports.latent_section import in_words, latent_blocks, prototype_blocks
from mer_ros.training.entrant import DecodedPrototypes, EpochScore, Inspection


@pytest.fixture(scope="module")
def evaluation(make_clips):
    """An evaluation of systems with the given parts."""

    def evaluation(**parts):
        clips = make_clips(subject_ids=6, each=9)
        folds = tuple(protocol_of("3-fold").folds(clips, 0))
        shape = (len(clips), 3)
        systems = [
            SystemPredictions(
                name, False, {}, np.full(shape, 1 / 3), np.zeros(54, int), ({"epoch": 10.0},) * 3, **own
            )
            for name, own in parts.items()
        ]
        return Evaluation(clips, protocol_of("3-fold"), 0, folds, tuple(systems))

    return evaluation


def inspection(clips=54, tested=18, prototypes=()):
    latents = np.random.default_rng(0).normal(size=(clips, 5)).astype(np.float32)
    return Inspection(latents[tested:], latents[:tested], prototypes)


def moving(v):
    flow = np.zeros((3, 28, 28), np.float32)
    flow[1, 18:22, 4:8] = v
    return flow


def test_every_system_with_a_latent_space_has_a_map_and_its_clusters(evaluation):
    found = latent_blocks(evaluation(plain={}, net={"inspection": inspection()}))
    assert len(found) == 1
    html = str(found[0].html())
    assert "Latent space of net" in html and "cluster 3" in html and "adjusted mutual information" in html


def test_prototypes_are_shown_for_each_number_of_epochs_with_words(evaluation):
    data = np.stack([moving(-1.0), moving(1.0), moving(2.0)])
    sets = tuple(DecodedPrototypes(epoch, data, (0, 0, 2)) for epoch in (10, 20))
    epochs = ((EpochScore(1.0, 0.5, True),) * 20,) * 3
    own = {"inspection": inspection(prototypes=sets), "epochs": epochs}
    html = "\n".join(str(block.html()) for block in prototype_blocks(evaluation(net=own)))
    assert html.count("<img ") == 6
    assert "net after 10 epochs (the chosen epoch)" in html and "net after 20 epochs<" in html
    assert 'alt="Prototype of negative 2 after 10 epochs: strongest movement down, at ' in html
    assert "<figcaption>negative 2</figcaption>" in html and "<figcaption>surprise</figcaption>" in html
    assert "trained for 20 epochs in this fold, so there are no prototypes after 50 epochs" in html


def test_prototypes_without_epochs_and_systems_without_prototypes(evaluation):
    own = {"inspection": inspection(prototypes=(DecodedPrototypes(0, moving(1.0)[None], (1,)),))}
    found = prototype_blocks(evaluation(plain={"inspection": inspection()}, linear=own))
    assert len(found) == 1 and "epochs" not in str(found[0].html())


def test_of_many_prototypes_the_first_are_shown_and_counted(evaluation):
    many = DecodedPrototypes(0, np.repeat(moving(1.0)[None], 30, 0), (0, 1, 2) * 10)
    (found,) = prototype_blocks(evaluation(linear={"inspection": inspection(prototypes=(many,))}))
    html = str(found.html())
    assert html.count("<img ") == 24 and "linear; 24 of 30<" in html


@pytest.mark.parametrize(("v", "words"), [(-1.0, "up"), (1.0, "down")])
def test_a_movement_in_words(v, words):
    said = in_words(moving(v))
    assert said.startswith(f"strongest movement {words}, at 2") and said.endswith("% of the height")


def test_a_diagonal_movement_in_words():
    flow = moving(-1.0)
    flow[0] = -flow[1] * -1
    assert "up and left" in in_words(flow)
