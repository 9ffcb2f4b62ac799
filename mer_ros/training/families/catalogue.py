"""The catalogue of families: the one list in which a family of systems is entered."""

from __future__ import annotations

from mer_ros.catalogue import Catalogue
from mer_ros.training.families.family import Family

_HERE = "mer_ros.training.families"

FAMILIES: Catalogue[Family] = Catalogue(
    "family of systems",
    {
        "networks": f"{_HERE}.networks:FAMILY",
        "episodic": f"{_HERE}.episodic:FAMILY",
        "linear_probe": f"{_HERE}.linear_probe:FAMILY",
        "linear_readers": f"{_HERE}.linear_readers:FAMILY",
        "lbp_svm": f"{_HERE}.lbp_svm:FAMILY",
        "votes": f"{_HERE}.votes:FAMILY",
    },
)
"""Name to family. A system names its own in ``System.family``."""
