"""Whether an output can be written, asked before the work that is to fill it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from mer_ros.errors import ConfigError
from mer_ros.recognition.model_files import SUFFIX


def check_writable(out: Path) -> None:
    """Refuse a checkpoint file that could not be written when training is over."""
    if out.suffix != SUFFIX or out.is_dir():
        raise ConfigError(f"The output {out} is not a file name that ends in {SUFFIX}: give one that does.")
    try:
        with tempfile.TemporaryFile(dir=out.parent):
            pass
    except OSError as error:
        reason = error.strerror or error
        raise ConfigError(f"The output {out} cannot be written ({reason}): choose another folder.") from error
