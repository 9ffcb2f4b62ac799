"""Families of systems: how each is trained, and how it enters an evaluation. One file and one line each.

Names are imported when they are used, because torch takes seconds to import.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mer_ros.catalogue import lazy_names

if TYPE_CHECKING:
    from mer_ros.training.families.catalogue import FAMILIES
    from mer_ros.training.families.choice import family_of
    from mer_ros.training.families.family import Family

_MODULES = {
    "FAMILIES": "catalogue",
    "Family": "family",
    "family_of": "choice",
}

__all__ = [
    "FAMILIES",
    "Family",
    "family_of",
]

__getattr__ = lazy_names(__name__, _MODULES)
