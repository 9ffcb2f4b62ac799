"""The state of a training run on disk after every epoch, from which an interrupted run resumes bit for bit.

One safetensors file, no pickle: tensors by name, and one JSON document of the numbers. It is written
atomically and removed when the run has ended.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from mer_ros.errors import ConfigError
from mer_ros.files import atomic_write, not_writable

_KEY = "mer_ros_run"


@dataclass(frozen=True)
class ResumeFile:
    """path: the file. key: hash of everything that decides the run; the file of another run is refused."""

    path: Path
    key: str

    @classmethod
    def beside(cls, out: Path, stage: str, deciding: object) -> ResumeFile:
        """The file of a stage of the run that writes ``out``. deciding: everything that decides it,
        JSON-able.
        """
        key = hashlib.sha256(json.dumps(deciding, sort_keys=True, default=str).encode()).hexdigest()[:16]
        return cls(out.with_name(f".{out.stem}.{stage}.unfinished"), key)

    @staticmethod
    def any_beside(out: Path) -> bool:
        """Whether a run that writes ``out`` has left the file of any stage."""
        return any(out.parent.glob(f".{out.stem}.*.unfinished"))

    def write(self, tensors: dict[str, Tensor], numbers: dict[str, Any]) -> None:
        """Replace the stored state; ConfigError where the file cannot be written."""
        document = json.dumps({"key": self.key, "numbers": numbers})
        stored = {name: tensor.detach().cpu().contiguous().clone() for name, tensor in tensors.items()}
        try:
            with atomic_write(self.path) as unfinished:
                save_file(stored, unfinished, {_KEY: document})
        except (OSError, SafetensorError) as error:
            raise ConfigError(not_writable(self.path, error)) from error

    def read(self) -> tuple[dict[str, Tensor], dict[str, Any]] | None:
        """The stored state, or None. ConfigError for a damaged file, or one of another run."""
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
                f"{self.path} belongs to another run (settings, data or version differ): remove it, or give "
                "another --out."
            )
        return tensors, document["numbers"]

    def remove(self) -> None:
        """Remove the file, because the run has ended."""
        self.path.unlink(missing_ok=True)
