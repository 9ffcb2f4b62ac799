"""Where the files that come with the package lie: models, configuration, launch files."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from mer_ros.errors import ConfigError

_ROOT = Path(__file__).resolve().parent.parent


def share_dir() -> Path:
    """The checkout's root, or ``share/mer_ros`` of the ROS prefix it was installed into."""
    if (_ROOT / "package.xml").is_file():
        return _ROOT
    prefixes = [Path(p) for p in os.environ.get("AMENT_PREFIX_PATH", "").split(os.pathsep) if p]
    prefixes += [*Path(__file__).resolve().parents, Path(sys.prefix)]
    for prefix in prefixes:
        if (prefix / "share" / "mer_ros" / "package.xml").is_file():
            return prefix / "share" / "mer_ros"
    raise ConfigError("The files of mer_ros were not found: source the workspace's install/setup.bash.")


def models_dir() -> Path:
    """Folder of the shipped checkpoints."""
    return share_dir() / "models"


def config_file(name: str) -> Path:
    """A file of the configuration folder."""
    return share_dir() / "config" / name
