"""What several tests of perception use."""

import pytest


@pytest.fixture
def watcher():
    from mer_ros.spotting import FaceWatcher

    watcher = FaceWatcher()
    yield watcher
    watcher.close()
