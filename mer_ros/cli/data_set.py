"""Where the clips of a command come from: made data, or a folder of one's own."""

from __future__ import annotations

from enum import Enum
from pathlib import Path

from mer_ros.errors import ConfigError


class Data(str, Enum):
    """What is learned from or evaluated on."""

    synthetic = "synthetic"
    megc_flow = "megc-flow"


def folder_of(data: Data, root: Path | None, **numbers: int | None) -> Path | None:
    """The folder of a data set, None for made data. numbers: what was asked of made data, by its option."""
    if data is Data.synthetic:
        if root is not None:
            raise ConfigError(
                f"Made data lies in no folder but --root is {root}: use --data megc-flow, or no root."
            )
        return None
    if root is None:
        raise ConfigError(
            "--data megc-flow needs --root: give the folder with the sheet and the flow images."
        )
    given = " and ".join(f"--{name} is {number}" for name, number in numbers.items() if number is not None)
    if given:
        raise ConfigError(f"{root} holds clips of its own but {given}: leave that out.")
    return root
