"""The choices of ``--data``, from the catalogue of data sets."""

from __future__ import annotations

from enum import Enum

from mer_ros.data.datasets import DATASETS

Data = Enum("Data", {name.replace("-", "_"): name for name in DATASETS.names}, type=str)  # type: ignore[misc]
"""Names of the data sets, as choices for typer."""

DEFAULT_DATA = Data("synthetic")
