from __future__ import annotations

from dataclasses import replace

import numpy as np

from mer_ros.reports.prototype_section import prototype_blocks
from mer_ros.training.entrant import DecodedPrototypes


def html_of(study):
    return "".join(str(block.html()) for block in prototype_blocks(study))


def test_every_prototype_is_a_moved_face_a_flow_and_a_loop(explained_models):
    html = html_of(explained_models("linear_prototype"))
    assert html.count("<img ") == 1 + 3 * 7 and html.count("data:image/webp") == 7
    assert "drawn on a neutral face" in html and "<figcaption>at rest</figcaption>" in html


def test_several_of_a_label_are_numbered_and_faces_are_shown_as_they_are(explained_models):
    study = explained_models("linear_prototype")
    data = np.full((3, 3, 28, 28), 0.5, np.float32)
    card = replace(study.card, input=replace(study.card.input, kind="apex"))
    html = html_of(replace(study, card=card, prototypes=DecodedPrototypes(0, data, (1, 1, 0))))
    assert html.count("<img ") == 3 and "<figcaption>sadness 2</figcaption>" in html
    assert "Prototype of happiness: a face" in html
