"""The answers of every fold on disk, each file whole or not there: what a stopped evaluation goes on from."""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mer_ros import __version__
from mer_ros.data.clip_set import ClipSet
from mer_ros.errors import ConfigError
from mer_ros.evaluation.protocol import Fold, Protocol
from mer_ros.training.entrant import Answer, Entrant

FOLDER = "folds"


def check_writable(out: Path) -> None:
    """Make the folder, and refuse one that could not be written when the work is done."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=out):
            pass
    except OSError as error:
        raise ConfigError(
            f"The folder {out} cannot be written ({error.strerror}): choose another."
        ) from error


def write_whole(path: Path, text: str) -> None:
    """Write a file so that it is the old one or the new one at every moment, also after a power cut."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with unfinished.open("w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError as error:
        raise ConfigError(f"{path} could not be written ({error.strerror}): free space there.") from error
    finally:
        unfinished.unlink(missing_ok=True)


@dataclass(frozen=True, eq=False)
class FoldStore:
    """Where the answers of one contestant lie.

    key: of everything that decides them: clips, protocol, seed, settings and the package's version. Answers
    under another key are another evaluation's, and are refused, not overwritten.
    """

    folder: Path
    key: str

    @classmethod
    def of(cls, out: Path, entrant: Entrant, clips: ClipSet, protocol: Protocol, seed: int) -> FoldStore:
        """The shelf of a contestant under ``out``."""
        deciding = [__version__, clips.digest(), protocol.name, seed, entrant.name, entrant.settings]
        key = hashlib.sha256(json.dumps(deciding, sort_keys=True).encode()).hexdigest()[:16]
        return cls(out / FOLDER / re.sub(r"[^\w.@-]", "_", entrant.name), key)

    def find(self, number: int, fold: Fold) -> Answer | None:
        """The answer to a fold, or None if it is not there yet."""
        path = self._path(number)
        try:
            found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            missing = {"key", "asked", "probabilities", "chosen"} - set(found)
            if missing:
                raise ValueError(f"it lacks {', '.join(sorted(missing))}")
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError) as error:
            raise ConfigError(f"{path} cannot be used ({error}): remove it and start again.") from error
        if found["key"] != self.key or found["asked"] != fold.test.tolist():
            raise ConfigError(
                f"{self.folder.parent.parent} holds answers of {self.folder.name} from another evaluation "
                "(data, protocol, seed, settings or version differ): give another folder."
            )
        return Answer(np.array(found["probabilities"], np.float64), found["chosen"])

    def put(self, number: int, fold: Fold, answer: Answer) -> None:
        """Keep the answer to a fold."""
        content = {
            "key": self.key,
            "fold": fold.name,
            "asked": fold.test.tolist(),
            "chosen": dict(answer.chosen),
            "probabilities": answer.probabilities.tolist(),
        }
        self.folder.mkdir(parents=True, exist_ok=True)
        write_whole(self._path(number), json.dumps(content) + "\n")

    def _path(self, number: int) -> Path:
        return self.folder / f"{number:04d}.json"
