"""Labels of data sets: what their sheets say, and the sets of classes that an evaluation can choose.

A scheme is a set of classes: ``native``, the labels of the sheet; ``five`` and ``seven``, the classes that
papers on the data set use; ``three``, those of MEGC 2019; ``objective``, classes I to V by action units, as
in MEGC 2018. Each data set says in a table of its own to which class each native label belongs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mer_ros.data.label_mapping import MEGC_LABELS

SCHEMES = ("native", "five", "seven", "three", "objective")
"""All schemes; a data set has some of them."""

OBJECTIVE_LABELS = ("I", "II", "III", "IV", "V")

_SAME = {
    "happy": "happiness",
    "sad": "sadness",
    "angry": "anger",
    "disgusted": "disgust",
    "fearful": "fear",
    "surprised": "surprise",
    "suprise": "surprise",
    "supprise": "surprise",
    "other": "others",
    "repressed": "repression",
    "negtive": "negative",
    "positve": "positive",
}
"""Spellings of labels in sheets, and the label that they mean."""


def plain_label(text: str) -> str:
    """A label in lower case and in its common spelling.

    >>> plain_label(" Happy "), plain_label("Other")
    ('happiness', 'others')
    """
    plain = " ".join(text.split()).casefold()
    return _SAME.get(plain, plain)


@dataclass(frozen=True)
class Scheme:
    """Classes, and the class of each native label; labels that are missing there are left out.

    omitted: clips, "subject/clip", that are left out for a reason stated beside them.
    """

    labels: tuple[str, ...]
    class_of: Mapping[str, str]
    omitted: Mapping[str, str] = field(default_factory=dict)


def same(*labels: str) -> Scheme:
    """The scheme whose classes are these native labels."""
    return Scheme(labels, {label: label for label in labels})


def three(
    negative: tuple[str, ...],
    positive: tuple[str, ...] = ("happiness",),
    surprise: tuple[str, ...] = ("surprise",),
    omitted: Mapping[str, str] | None = None,
) -> Scheme:
    """The three classes of MEGC 2019 from these native labels."""
    groups = zip(MEGC_LABELS, (negative, positive, surprise), strict=True)
    return Scheme(MEGC_LABELS, {label: name for name, group in groups for label in group}, omitted or {})
