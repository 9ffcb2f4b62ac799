"""The command ``mer`` as a separate process of this Python."""

from __future__ import annotations

import sys

MER = (sys.executable, "-c", "from mer_ros.cli.entry import main; main()")
"""Words that start it; its arguments follow."""
