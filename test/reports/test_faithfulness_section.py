from __future__ import annotations

from dataclasses import replace

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
