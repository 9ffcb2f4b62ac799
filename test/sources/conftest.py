from __future__ import annotations

import pytest

from mer_ros.sources.source import SourceOptions


@pytest.fixture
def options() -> SourceOptions:
    return SourceOptions(fps=100.0, size_wh=(320, 240), n_events=7)
