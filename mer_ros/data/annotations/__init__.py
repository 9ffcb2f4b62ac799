"""Annotations of data sets: sheets as their authors wrote them -> one record for each expression.

Names are imported on first use, so pandas and MediaPipe load only when a function needs them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mer_ros.catalogue import lazy_names

if TYPE_CHECKING:
    from mer_ros.data.annotations.annotation import Annotation, Correction
    from mer_ros.data.annotations.coded_units import CodedUnit, parse_units
    from mer_ros.data.annotations.objective_classes import objective_class
    from mer_ros.data.annotations.sheet_layout import SheetLayout

_MODULES = {
    "Annotation": "annotation",
    "CodedUnit": "coded_units",
    "Correction": "annotation",
    "SheetLayout": "sheet_layout",
    "objective_class": "objective_classes",
    "parse_units": "coded_units",
}

__all__ = [
    "Annotation",
    "CodedUnit",
    "Correction",
    "SheetLayout",
    "objective_class",
    "parse_units",
]

__getattr__ = lazy_names(__name__, _MODULES)
