"""Explanation: prediction -> evidence, as a map, as numbers and in words. ``visualisation`` draws it.

Names are imported on first use: torch takes seconds to import, and drawing an explanation does not need it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mer_ros.catalogue import lazy_names

if TYPE_CHECKING:
    from mer_ros.explanation.action_unit_file import shipped_reader
    from mer_ros.explanation.action_units import ActionUnitReader, UnitProbabilities
    from mer_ros.explanation.attribution import Attribution, Attributions
    from mer_ros.explanation.explainer import Explainer
    from mer_ros.explanation.methods.catalogue import METHODS, attribute, attributions, methods_of
    from mer_ros.explanation.regions import Relevance, relevance

_MODULES = {
    "METHODS": "methods.catalogue",
    "ActionUnitReader": "action_units",
    "Attribution": "attribution",
    "Attributions": "attribution",
    "Explainer": "explainer",
    "Relevance": "regions",
    "UnitProbabilities": "action_units",
    "attribute": "methods.catalogue",
    "attributions": "methods.catalogue",
    "methods_of": "methods.catalogue",
    "relevance": "regions",
    "shipped_reader": "action_unit_file",
}

__all__ = [
    "METHODS",
    "ActionUnitReader",
    "Attribution",
    "Attributions",
    "Explainer",
    "Relevance",
    "UnitProbabilities",
    "attribute",
    "attributions",
    "methods_of",
    "relevance",
    "shipped_reader",
]

__getattr__ = lazy_names(__name__, _MODULES)
