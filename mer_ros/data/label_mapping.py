"""Conversion of probabilities between sets of labels: from seven emotions to the classes of MEGC 2019.

A model trained on synthetic flow assumes the class probabilities of its training samples. A real data set has
others, and its class counts are published, so the priors are corrected according to Saerens, Latinne and
Decaestecker, "Adjusting the outputs of a classifier to new a priori probabilities", Neural Computation 14(1),
2002, equation 2.4,

    p'(e | x) ~ p(e | x) q(e) / p(e),

and the probabilities of the emotions of a class are added. p is that of the model; q follows the class counts
published in the papers and sheets of the three data sets, over all clips, including the tested ones. For the
classes, q is the square root of the count: UF1 weights a rare class as much as a frequent one, and this
compromise between the prior of the set and a uniform prior scored higher than either on synthetic sets with
other muscles, recipes and noise than in training.

Example: N = 2 clips, one of a uniform answer and one of a certain smile.

>>> matrix = mapping_matrix(EMOTIONS, MEGC_LABELS)  # (7, 3)
>>> certain = np.array([float(emotion == "happiness") for emotion in EMOTIONS])
>>> print(map_probabilities(np.stack([np.full(7, 1 / 7), certain]), matrix).round(2))  # (2, 3)
[[0.45 0.3  0.26]
 [0.   1.   0.  ]]
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from mer_ros.errors import DataError
from mer_ros.types import EMOTIONS

MEGC_LABELS = ("negative", "positive", "surprise")
"""The classes of MEGC 2019, in the order of their numbers."""

MEGC_COUNTS = {"negative": 250, "positive": 109, "surprise": 83}
"""Number of clips of each class in the composite set of MEGC 2019."""

MEGC_NEGATIVE = {"disgust": 70.0, "anger": 57.0, "contempt": 25.5, "sadness": 19.5, "fear": 8.0}
"""Number of clips of each emotion in the negative class of CASME II and SAMM (SMIC has no emotion labels).
The 27 clips of repression are divided equally between contempt and sadness, whose action units (14; 15, 17)
they show."""


def megc_label(emotion: str) -> str:
    """The MEGC class of one of ``types.EMOTIONS``: positive, surprise, or negative for all others.

    >>> megc_label("happiness"), megc_label("anger")
    ('positive', 'negative')
    """
    return {"happiness": "positive", "surprise": "surprise"}.get(emotion, "negative")


def megc_priors() -> NDArray[np.float64]:
    """(7,) prior q of each of ``EMOTIONS`` in MEGC 2019, see above; the sum is 1."""
    negative = sum(MEGC_NEGATIVE.values())
    priors = []
    for emotion in EMOTIONS:
        within = MEGC_NEGATIVE[emotion] / negative if emotion in MEGC_NEGATIVE else 1.0
        priors.append(within * MEGC_COUNTS[megc_label(emotion)] ** 0.5)
    return np.array(priors) / sum(priors)


def can_be_mapped(source: Collection[str], target: tuple[str, ...]) -> bool:
    """Whether ``mapping_matrix`` knows this pair.

    >>> can_be_mapped(EMOTIONS, MEGC_LABELS), can_be_mapped(EMOTIONS, ("happiness", "others"))
    (True, False)
    """
    return set(source) == set(target) or (target == MEGC_LABELS and set(source) == set(EMOTIONS))


def mapping_matrix(
    source: tuple[str, ...], target: tuple[str, ...], priors: Sequence[float] | None = None
) -> NDArray[np.float64]:
    """(len(source), len(target)) weights for ``map_probabilities``.

    priors: p, the class probabilities that the model assumes (``ModelCard.priors``); equal if None.

    The matrix is a permutation if both have the same labels, and contains the corrected priors from
    ``EMOTIONS`` to ``MEGC_LABELS``. Raises DataError for any other pair.
    """
    if not can_be_mapped(source, target):
        raise DataError(
            f"The model's labels are {', '.join(source)} but the data has {', '.join(target)}: choose a "
            "model for these labels."
        )
    if set(source) == set(target):
        return np.array([[label == name for name in target] for label in source], np.float64)
    assumed = dict(zip(source, priors or [1 / len(source)] * len(source), strict=True))
    wanted = dict(zip(EMOTIONS, megc_priors().tolist(), strict=True))
    ratio = {label: wanted[label] / assumed[label] for label in source}
    return np.array([[ratio[label] * (megc_label(label) == name) for name in target] for label in source])


def map_probabilities(probabilities: NDArray[np.float64], matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """(N, source) probabilities and (source, target) weights -> (N, target); each row sums to 1."""
    weighted = probabilities @ matrix
    return np.asarray(weighted / weighted.sum(1, keepdims=True))
