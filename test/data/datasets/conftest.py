from __future__ import annotations

import pytest

from mer_ros.data.datasets import DATASETS, Request


@pytest.fixture(scope="session")
def clip_cache(tmp_path_factory):
    """A folder for the measured clips of all tests."""
    return tmp_path_factory.mktemp("clips")


@pytest.fixture(scope="session")
def open_set(clip_cache):
    """Opens a data set of annotated frames."""

    def open_(name, root, **options):
        return DATASETS.get(name).open(Request(root=root, cache=clip_cache, **options))

    return open_
