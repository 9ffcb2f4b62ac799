"""The predictions of every fold on disk, from which an interrupted evaluation continues."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from mer_ros import __version__
from mer_ros.data.clip_set import ClipSet
from mer_ros.errors import ConfigError
from mer_ros.evaluation.protocol import Fold, Protocol
from mer_ros.files import atomic_write, check_writable, not_writable, write_text
from mer_ros.training.entrant import DecodedPrototypes, Entrant, EpochScore, FoldPrediction, Inspection

FOLDER = "folds"


@dataclass(frozen=True, eq=False)
class FoldStore:
    """The stored predictions of one entrant, one JSON file for each fold, written atomically; the arrays of
    an inspected fold are in a safetensors file beside it.

    key: hash of everything that decides them: clips, protocol, seed, settings and the package's version.
    Files with another key belong to another evaluation, and are refused, not overwritten.
    """

    folder: Path
    key: str

    @classmethod
    def of(cls, out: Path, entrant: Entrant, clips: ClipSet, protocol: Protocol, seed: int) -> FoldStore:
        """The store of an entrant under ``out``."""
        deciding = [__version__, clips.digest(), protocol.name, seed, entrant.name, entrant.settings]
        key = hashlib.sha256(json.dumps(deciding, sort_keys=True).encode()).hexdigest()[:16]
        return cls(out / FOLDER / re.sub(r"[^\w.@-]", "_", entrant.name), key)

    def find(self, number: int, fold: Fold) -> FoldPrediction | None:
        """The prediction of a fold, or None if it is not stored.

        ConfigError for a damaged file, or one of another evaluation.
        """
        path = self._path(number)
        if not path.exists():
            return None
        try:
            found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            missing = {"key", "asked", "probabilities", "chosen", "epochs", "inspected"} - set(found)
            if missing:
                raise ValueError(f"it lacks {', '.join(sorted(missing))}")
            probabilities = np.array(found["probabilities"], np.float64)
            epochs = tuple(EpochScore(*one) for one in found["epochs"])
            inspection = _read(self._arrays(number), found["inspected"])
        except (OSError, ValueError, TypeError, KeyError, SafetensorError) as error:
            raise ConfigError(f"{path} cannot be used ({error}): remove it and start again.") from error
        if found["key"] != self.key or found["asked"] != fold.test.tolist():
            raise ConfigError(
                f"{self.folder.parent.parent} contains predictions of {self.folder.name} from another "
                "evaluation (data, protocol, seed, settings or version differ): choose another --out."
            )
        return FoldPrediction(probabilities, found["chosen"], epochs, inspection)

    def put(self, number: int, fold: Fold, prediction: FoldPrediction) -> None:
        """Store the prediction of a fold; ConfigError where it cannot be written."""
        content = {
            "key": self.key,
            "fold": fold.name,
            "asked": fold.test.tolist(),
            "chosen": dict(prediction.chosen),
            "probabilities": prediction.probabilities.tolist(),
            "epochs": [list(astuple(one)) for one in prediction.epochs],
            "inspected": None,
        }
        check_writable(self.folder)
        if prediction.inspection is not None:  # before the JSON file, which says that the fold is complete
            content["inspected"] = _write(self._arrays(number), prediction.inspection)
        write_text(self._path(number), json.dumps(content) + "\n")

    def _path(self, number: int) -> Path:
        return self.folder / f"{number:04d}.json"

    def _arrays(self, number: int) -> Path:
        return self.folder / f"{number:04d}.safetensors"


def _write(path: Path, inspection: Inspection) -> list[Any]:
    """Write the arrays and return the rest: epoch and classes of each set of prototypes."""
    tensors = {"train": inspection.train, "test": inspection.test}
    tensors |= {f"prototypes/{one.epoch}": one.data for one in inspection.prototypes}
    if inspection.maps is not None:
        tensors["maps"] = inspection.maps
    try:
        with atomic_write(path) as unfinished:
            save_file({name: np.ascontiguousarray(value) for name, value in tensors.items()}, unfinished)
    except OSError as error:
        raise ConfigError(not_writable(path, error)) from error
    return [[one.epoch, list(one.labels)] for one in inspection.prototypes]


def _read(path: Path, inspected: list[Any] | None) -> Inspection | None:
    """The reverse of ``_write``."""
    if inspected is None:
        return None
    tensors = load_file(path)
    prototypes = tuple(
        DecodedPrototypes(int(epoch), tensors[f"prototypes/{epoch}"], tuple(labels))
        for epoch, labels in inspected
    )
    return Inspection(tensors["train"], tensors["test"], prototypes, tensors.get("maps"))
