"""Reports: the tables and sentences that commands print, and generated parts of the documentation."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mer_ros.reports.demo import Outcome, Row
    from mer_ros.reports.reference import launch_table, parameter_table

_MODULES = {"Outcome": "demo", "Row": "demo", "launch_table": "reference", "parameter_table": "reference"}

__all__ = ["Outcome", "Row", "launch_table", "parameter_table"]


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
