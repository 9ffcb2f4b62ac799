"""Where a run stands, on disk after every epoch: what a killed run goes on from, to the same last byte.

One safetensors file, no pickle: tensors by name, and one JSON document of the numbers. It is written whole or
not at all, and removed when the run has ended.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from mer_ros.errors import ConfigError

_KEY = "mer_ros_run"


@dataclass(frozen=True)
class ResumeFile:
    """path: the file. key: of everything that decides the run; a file of another run is refused."""

    path: Path
    key: str

    @classmethod
    def beside(cls, out: Path, what: str, deciding: Any) -> ResumeFile:
        """The memory of stage ``what`` of the run that writes ``out``. deciding: JSON-able."""
        key = hashlib.sha256(json.dumps(deciding, sort_keys=True, default=str).encode()).hexdigest()[:16]
        return cls(out.with_name(f".{out.stem}.{what}.unfinished"), key)

    @staticmethod
    def any_beside(out: Path) -> bool:
        """Whether a run that writes ``out`` has left the memory of any stage."""
        return any(out.parent.glob(f".{out.stem}.*.unfinished"))

    def write(self, tensors: dict[str, Tensor], numbers: dict[str, Any]) -> None:
        """Keep this state in place of the last one."""
        document = json.dumps({"key": self.key, "numbers": numbers})
        unfinished = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        try:
            kept = {name: tensor.detach().cpu().contiguous().clone() for name, tensor in tensors.items()}
            save_file(kept, unfinished, {_KEY: document})
            with unfinished.open("rb") as file:
                os.fsync(file.fileno())
            unfinished.replace(self.path)
        except (OSError, SafetensorError) as error:
            raise ConfigError(
                f"The state of the run cannot be kept in {self.path} ({error}): free space there."
            ) from error
        finally:
            unfinished.unlink(missing_ok=True)

    def read(self) -> tuple[dict[str, Tensor], dict[str, Any]] | None:
        """The last state, or None if there is none."""
        if not self.path.exists():
            return None
        try:
            with safe_open(self.path, framework="pt") as file:
                document = json.loads((file.metadata() or {})[_KEY])
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  (no mapping)
        except (SafetensorError, OSError, ValueError, KeyError) as error:
            raise ConfigError(f"{self.path} cannot be used ({error}): remove it and start again.") from error
        if document["key"] != self.key:
            raise ConfigError(
                f"{self.path} is of another run (settings, data or version differ): remove it, or give "
                "another --out."
            )
        return tensors, document["numbers"]

    def forget(self) -> None:
        """The run has ended."""
        self.path.unlink(missing_ok=True)
