"""The data sets that ``--data`` offers. To add one: write its file in this folder and its line here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mer_ros.catalogue import Catalogue

if TYPE_CHECKING:
    from mer_ros.data.datasets.dataset import Dataset

DATASETS: Catalogue[Dataset] = Catalogue(
    "data set",
    {
        "synthetic": "mer_ros.data.datasets.synthetic:SYNTHETIC",
        "megc-flow": "mer_ros.data.datasets.megc_flow:MEGC_FLOW",
    },
)
