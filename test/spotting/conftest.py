"""A watcher, and the clip that most tests of the watcher use."""

import pytest


@pytest.fixture
def watcher():
    from mer_ros.spotting import FaceWatcher

    watcher = FaceWatcher()
    yield watcher
    watcher.close()


@pytest.fixture(scope="session")
def clip():
    """The synthetic clip of seed 3 at 100 frames a second; its frames are rendered on request."""
    from mer_ros.data.synthetic import synthetic_clip

    return synthetic_clip(3, fps=100)
