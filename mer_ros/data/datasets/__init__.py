"""Data sets: one file with a record for each, and the catalogue that lists them."""

from mer_ros.data.datasets.catalogue import DATASETS
from mer_ros.data.datasets.dataset import Dataset, Request

__all__ = ["DATASETS", "Dataset", "Request"]
