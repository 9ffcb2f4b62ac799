"""Every test of evaluation runs torch on one thread."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="session", autouse=True)
def one_thread_for_evaluation(one_thread):
    """See ``one_thread``."""
