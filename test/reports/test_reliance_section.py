from __future__ import annotations

from dataclasses import replace

import numpy as np

from mer_ros.evaluation.model_study import UnitReliance
from mer_ros.reports.reliance_section import attention_blocks, region_blocks, unit_blocks


def html_of(blocks):
    return "".join(str(block.html()) for block in blocks)


def test_attention_has_a_picture_of_each_block_and_its_weight_on_the_face(explained_models):
    study = explained_models("linear_prototype")
    uniform, left = np.ones((7, 7), np.float32), np.zeros((7, 7), np.float32)
    left[3, 0] = 1
    maps = replace(study.maps, attention={"a": uniform, "b": left})
    html = html_of(attention_blocks(replace(study, maps=maps)))
    assert html.count("<img ") == 2 and ">1.00<" in html
    assert "Mean attention of block 2, strongest at 7 % of the width and 50 % of the height" in html
    assert "has no correct prediction" in html_of(attention_blocks(replace(study, maps=None)))


def test_regions_of_an_answer_that_never_comes_are_unknown(explained_models):
    study = explained_models("linear_prototype")
    shares = np.full_like(study.regions, np.nan)
    shares[0] = 0.1
    html = html_of(region_blocks(replace(study, regions=shares)))
    assert html.count(">10 %<") == 10 and html.count(">-<") == 60


def test_units_are_named_and_their_absence_is_explained(explained_models):
    study = explained_models("linear_prototype")
    html = html_of(unit_blocks(replace(study, units=(UnitReliance("AU12", 4, 0.25, 0.5),))))
    assert "AU12, lip corners pulled up" in html and ">+.250<" in html and ">50 %<" in html
    assert "rendered or too few" in html_of(unit_blocks(replace(study, units=())))
