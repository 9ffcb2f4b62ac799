from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from mer_ros.explanation.faithfulness import MapScores
from mer_ros.reports.faithfulness_section import faithfulness_blocks


def html_of(study):
    return "".join(str(block.html()) for block in faithfulness_blocks(study))


def test_scores_agreement_and_examples_are_shown_and_methods_that_do_not_apply_named(explained_models):
    study = explained_models("linear_prototype")
    html = html_of(study)
    assert "linear contributions (shown)" in html and "Agreement of the methods" in html
    assert "the maps of attention need attention units" in html
    assert html.count("<img ") == len(set(study.maps.labels.tolist()))


def test_the_example_of_a_label_is_its_most_typical_map(explained_models):
    study = explained_models("linear_prototype")
    label = int(np.bincount(study.maps.labels).argmax())
    places = np.flatnonzero(study.maps.labels == label)
    assert len(places) > 2
    maps = np.zeros_like(study.maps.examples)
    maps[places, -4:, 14] = 1.0  # on the chin
    maps[places[0]] = 0.0
    maps[places[0], 4, 14] = 1.0  # the first one, between the brows
    html = html_of(replace(study, maps=replace(study.maps, examples=maps)))
    name = study.answers.labels[label]
    (where,) = re.findall(rf"Map of {name}, strongest at \d+ % of the width and (\d+) % of the height", html)
    assert int(where) > 80 and "nearest to their mean" in html


def test_a_method_that_is_more_faithful_than_the_shown_one_is_named(explained_models):
    study = explained_models("linear_prototype")
    scores = {
        "linear_contributions": MapScores(0.6, 0.2, 1.0, 2.0, 0.1),
        "hires_cam": MapScores(0.9, 0.1, 1.0, 2.0, 0.1),
    }
    maps = replace(study.maps, scores=scores, most_faithful="hires_cam")
    assert "the maps of HiResCAM are more faithful, by .400" in html_of(replace(study, maps=maps))


def test_without_regions_or_correct_predictions_it_says_so(explained_models):
    study = explained_models("linear_prototype")
    maps = replace(study.maps, scores={}, most_faithful="")
    assert "true regions are not known" in html_of(replace(study, maps=maps))
    assert "answers none of the samples correctly" in html_of(replace(study, maps=None))
