"""What one parameter accepts."""

from __future__ import annotations

import pytest

from mer_ros.errors import ConfigError
from mer_ros.graph.parameters import AUTOSTART


def test_check_raises_a_config_error() -> None:
    with pytest.raises(ConfigError):
        AUTOSTART.check("yes")
