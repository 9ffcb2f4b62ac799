from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from mer_ros.doctor.facts import Facts


@pytest.fixture
def with_versions(facts: Facts) -> Callable[[dict[str, str | None]], Facts]:
    """The facts with other versions of packages; None: not installed."""

    def change(change: dict[str, str | None]) -> Facts:
        versions = {**facts.versions, **change}
        return replace(facts, versions={name: version for name, version in versions.items() if version})

    return change
