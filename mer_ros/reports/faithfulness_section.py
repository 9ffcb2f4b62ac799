"""How faithful the maps of a model are, as blocks of its page: scores, agreement and examples."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.errors import quantity
from mer_ros.evaluation.model_study import MapStudy, ModelStudy
from mer_ros.evaluation.model_study.maps import EACH, nearest_to_mean
from mer_ros.explanation.faithfulness import UNSTABLE
from mer_ros.explanation.faithfulness.map_scores import MOST_SIMILAR
from mer_ros.reports.html import Block, Picture, Pictures, Table, Text
from mer_ros.reports.latent_section import PICTURE_PX
from mer_ros.reports.synthetic_scores import digits
from mer_ros.visualisation.heat_map import face_under_map
from mer_ros.visualisation.peak_words import peak_in_words
from mer_ros.visualisation.prototype_motion import neutral_face


def faithfulness_blocks(study: ModelStudy) -> list[Block]:
    """Sentences, tables and pictures; a sentence for a model without a correct prediction."""
    maps = study.maps
    if maps is None:
        return [Text(f"{study.name} answers none of the samples correctly, so no map is scored.")]
    scores: list[Block] = (
        [_scores(maps), Text(_EXPLAINED)]
        if maps.scores
        else [Text("The samples are rendered clips, whose true regions are not known: no scores.")]
    )
    return [
        Text(" ".join(_sentences(study.name, maps))),
        *scores,
        *([_agreement(maps)] if len(maps.methods) > 1 else []),
        _examples(study, maps),
    ]


def _sentences(name: str, maps: MapStudy) -> list[str]:
    n = quantity(len(maps.labels), "correct prediction")
    lines = [f"The explainer shows {_words(maps.default)} of {name}."]
    if maps.most_faithful:
        agreed = maps.most_faithful == maps.default
        gain = maps.scores[maps.most_faithful].gain - maps.scores[maps.default].gain
        lines.append(
            "It is the most faithful method on these samples."
            if agreed or round(gain, 3) <= 0
            else f"On these samples {_words(maps.most_faithful)} are more faithful, by {digits(gain)}."
        )
    lines.append(f"{100 * maps.unstable:.0f} % of the maps of {n} are called {UNSTABLE}.")
    if maps.absent:
        absent = "; ".join(f"{_words(name)} need {needs}" for name, needs in maps.absent.items())
        lines.append(f"Methods that do not apply to this model: {absent}.")
    return lines


def _words(method: str) -> str:
    return f"the maps of {method_name(method)}"


def method_name(method: str) -> str:
    """The name of a method of the catalogue as papers write it.

    >>> [method_name(one) for one in ("mean_grad_cam", "grad_cam_plus_plus", "hires_cam", "attention")]
    ['mean Grad-CAM', 'Grad-CAM++', 'HiResCAM', 'attention']
    """
    for ours, theirs in (("grad_cam", "Grad-CAM"), ("_plus_plus", "++"), ("hires_cam", "HiResCAM")):
        method = method.replace(ours, theirs)
    return method.replace("_", " ")


def _scores(maps: MapStudy) -> Table:
    rows = [
        [
            method_name(method) + (" (shown)" if method == maps.default else ""),
            digits(one.deletion),
            digits(one.insertion),
            digits(one.gain, "+"),
            f"{100 * one.pointing:.0f} %",
            f"{one.inside_face:.2f}",
            digits(one.shuffled, "+"),
        ]
        for method, one in maps.scores.items()
    ]
    styles = {n: "strong" for n, method in enumerate(maps.scores) if method == maps.default}
    header = ["method", "deletion", "insertion", "difference", "pointing game", "on the face", "shuffled"]
    caption = f"Faithfulness of the maps of {quantity(len(maps.labels), 'correct prediction')}"
    return Table(f"{caption}; on the face: at most {maps.ceiling:.2f}", header, rows, styles=styles)


_EXPLAINED = (
    "Deletion and insertion: area under the probability of the label as the most relevant pixels are removed "
    "from the sample first, or added to a blank one; the difference is about 0 for a map in random order. "
    "Pointing game: share of the maps whose strongest point lies where the face moves. On the face: weight "
    "of the map within the face, 1 for a uniform map. Shuffled: rank correlation with the map of the same "
    f"model with shuffled weights; a map above {MOST_SIMILAR:g} does not explain the model."
)


def _agreement(maps: MapStudy) -> Table:
    names = [method_name(method) for method in maps.methods]
    rows = [
        [name, *(f"{value:.2f}" for value in row)] for name, row in zip(names, maps.agreement, strict=True)
    ]
    shades = {
        (row, column + 1): float(np.clip(maps.agreement[row, column], 0, 1))
        for row, column in np.ndindex(*maps.agreement.shape)
    }
    return Table("Agreement of the methods, median rank correlation", ["", *names], rows, shades=shades)


def _examples(study: ModelStudy, maps: MapStudy) -> Pictures:
    """One map of each label, the one nearest to their mean."""
    pictures = []
    for label in np.unique(maps.labels):
        places = np.flatnonzero(maps.labels == label)
        place = int(places[nearest_to_mean(maps.examples[places])])
        heatmap = maps.examples[place]
        image = face_under_map(
            _face(study, int(maps.clips[place])), heatmap / max(float(heatmap.max()), 1e-9), PICTURE_PX
        )
        name = study.answers.labels[label]
        pictures.append(Picture(image, f"Map of {name}, strongest at {peak_in_words(heatmap)}", name))
    caption = (
        f"Maps of {method_name(maps.default)}: one correct prediction of each label, of at most {EACH} the "
        "one whose map is nearest to their mean; those of other samples differ"
    )
    return Pictures(caption, pictures)


def _face(study: ModelStudy, clip: int) -> NDArray[np.uint8]:
    """The face of the sample; a neutral one for generated flow, which has none."""
    images = study.subjects.clips.apex_images
    if not len(images):
        return neutral_face()
    return np.asarray(cv2.resize(images[clip], (PICTURE_PX, PICTURE_PX)))
