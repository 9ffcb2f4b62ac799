"""Reports: the tables and sentences that commands print, and generated parts of the documentation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mer_ros.catalogue import lazy_names

if TYPE_CHECKING:
    from mer_ros.reports.demo import Outcome
    from mer_ros.reports.reference import launch_table, parameter_table

_MODULES = {"Outcome": "demo", "launch_table": "reference", "parameter_table": "reference"}

__all__ = ["Outcome", "launch_table", "parameter_table"]

__getattr__ = lazy_names(__name__, _MODULES)
