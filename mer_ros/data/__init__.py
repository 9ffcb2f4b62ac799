"""Labelled clips, their subjects and labels; ``datasets`` lists data sets, ``synthetic`` is the generator.

Names are imported on first use, so listing the data sets does not import NumPy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mer_ros.catalogue import lazy_names

if TYPE_CHECKING:
    from mer_ros.data.clip_set import ClipSet
    from mer_ros.data.label_mapping import MEGC_LABELS, map_probabilities, mapping_matrix
    from mer_ros.data.subjects import held_out_subjects, subject_folds
    from mer_ros.data.synthetic_folder import write_synthetic_folder

_MODULES = {
    "MEGC_LABELS": "label_mapping",
    "ClipSet": "clip_set",
    "held_out_subjects": "subjects",
    "map_probabilities": "label_mapping",
    "mapping_matrix": "label_mapping",
    "subject_folds": "subjects",
    "write_synthetic_folder": "synthetic_folder",
}

__all__ = [
    "MEGC_LABELS",
    "ClipSet",
    "held_out_subjects",
    "map_probabilities",
    "mapping_matrix",
    "subject_folds",
    "write_synthetic_folder",
]

__getattr__ = lazy_names(__name__, _MODULES)
