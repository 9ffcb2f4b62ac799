"""From the labels of one set to those of another: seven emotions become the classes of MEGC 2019.

A model that learned from made flow takes every emotion for equally likely. A set is not like that, and
what it is like is published: the mix is corrected as Saerens, Latinne and Decaestecker, "Adjusting the
outputs of a classifier to new a priori probabilities", Neural Computation 14(1), 2002, equation 2.4,
show,

    p'(e | x) ~ p(e | x) q(e) / p(e),

and the emotions of a class are added. q is the mix that the papers and sheets of the three sets publish, of
all their clips, those that are asked about among them; p is even. Of the classes q holds the root: UF1
counts a rare class as much as a frequent one, so the answers are met half way between the mix of the set
and an even one (better than either on made sets of other muscles, recipes and noise than were trained on).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mer_ros.data.datasets import megc_flow
from mer_ros.errors import DataError
from mer_ros.types import EMOTIONS

MEGC_CLASSES = {"negative": 250, "positive": 109, "surprise": 83}
"""Clips of each class in MEGC 2019's composite set."""

MEGC_NEGATIVE = {"disgust": 70.0, "anger": 57.0, "contempt": 25.5, "sadness": 19.5, "fear": 8.0}
"""What the negative clips of CASME II and SAMM are labelled; SMIC says no more than negative. The 27 clips of
repression are halved between contempt and sadness, whose units (14; 15, 17) they show."""


def shares() -> NDArray[np.float64]:
    """(7,) weights of ``EMOTIONS`` for MEGC 2019, see above; they sum to 1."""
    negative = sum(MEGC_NEGATIVE.values())
    found = []
    for emotion in EMOTIONS:
        within = MEGC_NEGATIVE[emotion] / negative if emotion in MEGC_NEGATIVE else 1.0
        found.append(within * MEGC_CLASSES[megc_flow.label_of(emotion)] ** 0.5)
    return np.array(found) / sum(found)


def translation(own: tuple[str, ...], wanted: tuple[str, ...]) -> NDArray[np.float64]:
    """(len(own), len(wanted)) weights: probabilities of a model's labels times these, renormalised, are those
    of the wanted ones.

    The same labels in another order are put in order; emotions become negative, positive and surprise.
    DataError where neither is so.
    """
    if set(own) == set(wanted):
        return np.array([[label == name for name in wanted] for label in own], np.float64)
    if wanted == megc_flow.LABELS and set(own) == set(EMOTIONS):
        ratio = dict(zip(EMOTIONS, shares() * len(EMOTIONS), strict=True))
        return np.array(
            [[ratio[label] * (megc_flow.label_of(label) == name) for name in wanted] for label in own]
        )
    raise DataError(
        f"The model answers {', '.join(own)} but the data has {', '.join(wanted)}: choose a model for these "
        "labels."
    )


def translated(probabilities: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """(N, E) probabilities -> (N, C), rows sum to 1."""
    chances = probabilities @ weights
    return np.asarray(chances / chances.sum(1, keepdims=True))
