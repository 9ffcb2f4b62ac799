"""Every test of recognition runs torch on one thread."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="session", autouse=True)
def one_thread_for_recognition(one_thread):
    """See ``one_thread``."""
