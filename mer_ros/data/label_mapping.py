"""Probabilities of one set of labels as those of another: seven emotions become the classes of MEGC 2019.

A model trained on synthetic flow assumes that all emotions are equally likely. A real data set is not
balanced, and its class counts are published, so its priors are corrected as Saerens, Latinne and
Decaestecker, "Adjusting the outputs of a classifier to new a priori probabilities", Neural Computation 14(1),
2002, equation 2.4, show,

    p'(e | x) ~ p(e | x) q(e) / p(e),

and the emotions of a class are added up. p is uniform; q follows the class counts that the papers and sheets
of the three data sets publish, over all clips, the tested ones included. For the classes q is the square root
of the count: UF1 weighs a rare class as much as a frequent one, and half way between the prior of the set and
a uniform one scored higher than either on synthetic sets with other muscles, recipes and noise than those of
training.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mer_ros.errors import DataError
from mer_ros.types import EMOTIONS

MEGC_LABELS = ("negative", "positive", "surprise")
"""The classes of MEGC 2019, in the order of their numbers."""

MEGC_COUNTS = {"negative": 250, "positive": 109, "surprise": 83}
"""Clips of each class in MEGC 2019's composite set."""

MEGC_NEGATIVE = {"disgust": 70.0, "anger": 57.0, "contempt": 25.5, "sadness": 19.5, "fear": 8.0}
"""Clips of each emotion within the negative class of CASME II and SAMM (SMIC labels no emotion). The 27 clips
of repression are divided equally between contempt and sadness, whose action units (14; 15, 17) they show."""


def megc_label(emotion: str) -> str:
    """The MEGC class of one of ``types.EMOTIONS``: happiness is positive, all but surprise negative."""
    return {"happiness": "positive", "surprise": "surprise"}.get(emotion, "negative")


def megc_priors() -> NDArray[np.float64]:
    """(7,) prior q of each of ``EMOTIONS`` in MEGC 2019, see above; sum 1."""
    negative = sum(MEGC_NEGATIVE.values())
    priors = []
    for emotion in EMOTIONS:
        within = MEGC_NEGATIVE[emotion] / negative if emotion in MEGC_NEGATIVE else 1.0
        priors.append(within * MEGC_COUNTS[megc_label(emotion)] ** 0.5)
    return np.array(priors) / sum(priors)


def mapping_matrix(source: tuple[str, ...], target: tuple[str, ...]) -> NDArray[np.float64]:
    """(len(source), len(target)) weights for ``map_probabilities``.

    A permutation where both hold the same labels; the corrected priors from ``EMOTIONS`` to ``MEGC_LABELS``.
    DataError for any other pair.
    """
    if set(source) == set(target):
        return np.array([[label == name for name in target] for label in source], np.float64)
    if target == MEGC_LABELS and set(source) == set(EMOTIONS):
        ratio = dict(zip(EMOTIONS, megc_priors() * len(EMOTIONS), strict=True))
        return np.array([[ratio[label] * (megc_label(label) == name) for name in target] for label in source])
    raise DataError(
        f"The model's labels are {', '.join(source)} but the data has {', '.join(target)}: choose a model "
        "for these labels."
    )


def map_probabilities(probabilities: NDArray[np.float64], matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """(N, source) probabilities times (source, target) weights -> (N, target); each row sums to 1."""
    weighted = probabilities @ matrix
    return np.asarray(weighted / weighted.sum(1, keepdims=True))
