"""Explanation: prediction -> evidence, as a map, as numbers and in words. ``visualisation`` draws it.

Names are imported on first use: torch takes seconds to import, and drawing an explanation does not need it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mer_ros.catalogue import lazy_names

if TYPE_CHECKING:
    from mer_ros.explanation.action_units import action_unit_evidence
    from mer_ros.explanation.attribution import Attribution
    from mer_ros.explanation.explainer import Explainer
    from mer_ros.explanation.methods.catalogue import METHODS, attribute
    from mer_ros.explanation.regions import Relevance, relevance

_MODULES = {
    "METHODS": "methods.catalogue",
    "Attribution": "attribution",
    "Explainer": "explainer",
    "Relevance": "regions",
    "action_unit_evidence": "action_units",
    "attribute": "methods.catalogue",
    "relevance": "regions",
}

__all__ = [
    "METHODS",
    "Attribution",
    "Explainer",
    "Relevance",
    "action_unit_evidence",
    "attribute",
    "relevance",
]

__getattr__ = lazy_names(__name__, _MODULES)
