"""The choices of ``--data``, from the catalogue of data sets."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

import typer

from mer_ros.data.datasets import DATASETS

if TYPE_CHECKING:
    from mer_ros.data.crop_geometry import CropBox

Data = Enum("Data", {name.replace("-", "_"): name for name in DATASETS.names}, type=str)  # type: ignore[misc]
"""Names of the data sets, as choices for typer."""

AUTO = "auto"

CROP = typer.Option(
    AUTO,
    help="Where the images of a folder of flow lie in the aligned crop: x0,y0,x1,y1 as shares of its width, "
    "or auto to find it.",
)
"""The option ``--crop``."""


def crop_of(text: str) -> CropBox | None:
    """The box of ``--crop``, None for auto. ConfigError for anything else."""
    from mer_ros.data.crop_geometry import CropBox

    return None if text == AUTO else CropBox.parse(text)


DEFAULT_DATA = Data("synthetic")
