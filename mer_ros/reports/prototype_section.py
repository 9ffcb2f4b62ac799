"""The prototypes of a model as movement on a neutral face, as blocks of its page."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.evaluation.model_study import ModelStudy
from mer_ros.reports.html import Block, EncodedPicture, Folded, Pictures, Text
from mer_ros.reports.latent_section import MOST_PROTOTYPES, PICTURE_PX, prototype_titles
from mer_ros.types import InputKind, Sample
from mer_ros.visualisation.encoding import jpeg, webp_loop
from mer_ros.visualisation.flow_words import in_words
from mer_ros.visualisation.magnification import GOAL_PX
from mer_ros.visualisation.prototype_motion import neutral_face, prototype_motion
from mer_ros.visualisation.prototypes import prototype_picture

STEP_MS, HOLD_MS = 70, 700
"""How long each image of the loop is shown, and how long the first and the last."""


def prototype_blocks(study: ModelStudy) -> list[Block]:
    """Per prototype the moved face, its flow and a folded loop; a sentence for a model without prototypes."""
    if not study.has_prototypes:
        return [Text(f"{study.name} has no prototypes that could be shown.")]
    if study.prototypes is None:
        return [
            Text(
                f"The prototypes of {study.name} are points of its latent space, the means of the classes. "
                "It has no decoder, so they cannot be shown as movements."
            )
        ]
    named = _named(study)
    n = len(study.prototypes.labels)
    rest = f"; {len(named)} of {n}" if len(named) < n else ""
    kind = study.card.input.kind
    if kind != "flow":
        pictures = [_still(title, data, kind) for title, data in named]
        return [Pictures(f"Decoded prototypes{rest}", pictures)]
    rest_words = "The neutral face on which the prototypes are drawn"
    moved = [EncodedPicture(jpeg(neutral_face()), rest_words, "at rest")]
    flows, loops = [], []
    for title, data in named:
        words = f"Prototype of {title}: {in_words(data)}"
        images = prototype_motion(data)
        moved.append(EncodedPicture(jpeg(images[-1]), f"{words}; drawn on a neutral face", title))
        flows.append(_still(title, data, kind))
        there_and_back = [*images, *images[-2:0:-1]]
        times = [STEP_MS] * len(there_and_back)
        times[0] = times[len(images) - 1] = HOLD_MS
        loops.append(EncodedPicture(webp_loop(there_and_back, times), f"{words}; as a loop", title))
    return [
        Text(_size_in_words(study)),
        Pictures(f"Decoded prototypes on a neutral face{rest}", moved),
        Pictures("The same as flow: hue and arrows show direction, brightness strength", flows),
        Folded("The prototypes in motion (loops)", [Pictures("From rest to the movement and back", loops)]),
    ]


def _named(study: ModelStudy) -> list[tuple[str, NDArray[np.float32]]]:
    """The first prototypes with titles such as "anger 2"."""
    assert study.prototypes is not None
    titles = prototype_titles(study.prototypes, study.card.labels)
    return list(zip(titles, study.prototypes.data, strict=True))[:MOST_PROTOTYPES]


def _still(title: str, data: NDArray[np.float32], kind: InputKind) -> EncodedPicture:
    image = cv2.resize(
        prototype_picture(Sample(kind, data)), (PICTURE_PX, PICTURE_PX), interpolation=cv2.INTER_AREA
    )
    what = in_words(data) if kind == "flow" else "a face"
    return EncodedPicture(jpeg(image), f"Prototype of {title}: {what}", title)


def _size_in_words(study: ModelStudy) -> str:
    """The magnification, as far as a movement without size can have one."""
    amplitude = study.subjects.amplitude_px
    times = (
        f", {GOAL_PX / amplitude:.1f} times the median of the samples of this page ({amplitude:.1f} px)"
        if amplitude > 0
        else ""
    )
    return (
        "A prototype is decoded and drawn on the average sculpted face of the generator. The model reads "
        "movements whose size was removed, so a prototype shows places, directions and proportions, and no "
        f"size: the largest movement is drawn with {GOAL_PX:g} px of a crop of 128 px{times}."
    )
