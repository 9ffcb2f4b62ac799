"""The folder in which ROS writes its log files. Where it cannot be written, ROS does not start.

Under systemd and in containers HOME is often not set, or names a folder that does not exist.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, MutableMapping
from pathlib import Path

from mer_ros import files
from mer_ros.errors import ConfigError
from mer_ros.graph import user_folder

VARIABLE = "ROS_LOG_DIR"
_HOME_VARIABLE = "ROS_HOME"


def problem(env: Mapping[str, str]) -> str:
    """Why ROS cannot write its logs with this environment, as a clause; empty if it can.

    The folder is that of rcl_logging_interface: ROS_LOG_DIR, else ROS_HOME/log, else ~/.ros/log. It is
    created if it is missing, as ROS does.
    """
    home = env.get("HOME", "")
    name = env.get(VARIABLE) or f"{env.get(_HOME_VARIABLE) or '~/.ros'}/log".replace("//", "/")
    if name.startswith("~"):
        if not home:
            return f"HOME is not set, so {name} has no place"
        name = home + name[1:]
    try:
        files.check_writable(Path(name))
    except ConfigError as error:
        cause = error.__cause__
        return f"{name} is not writable ({getattr(cause, 'strerror', None) or cause})"
    return ""


def ensure(env: MutableMapping[str, str]) -> str:
    """Set ROS_LOG_DIR to a temporary folder if the one of ROS is not writable.

    Returns a sentence for the user, empty if nothing was changed. Raises ConfigError if there is no writable
    temporary folder either.
    """
    found = problem(env)
    if not found:
        return ""
    try:
        env[VARIABLE] = str(_temporary())
    except OSError as error:
        raise ConfigError(
            f"ROS cannot write its logs: {found}, and there is no temporary folder ({error.strerror}): set "
            f"{VARIABLE} to a writable folder."
        ) from error
    return f"{found}: ROS writes its logs to {env[VARIABLE]}; set {VARIABLE} to choose another folder."


def _temporary() -> Path:
    """A folder for the logs of this user, which no other user can have prepared."""
    folder = Path(tempfile.gettempdir(), f"ros-{os.getuid()}")
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        if user_folder.is_private(folder):
            files.check_writable(folder / "log")
            return folder / "log"
    except (OSError, ConfigError):
        pass
    return Path(tempfile.mkdtemp(prefix="ros-"))
