"""The file of the action-unit reader: safetensors with one JSON document as metadata, never a pickle."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from mer_ros import files
from mer_ros.errors import CheckpointError
from mer_ros.explanation.action_units import ActionUnitReader, Logistic
from mer_ros.face.facs import UNITS
from mer_ros.files import atomic_write, not_writable
from mer_ros.recognition.checkpoint_header import check_header
from mer_ros.recognition.model_files import ACTION_UNITS, model_id

FORMAT, KEY = "mer_ros action units 1", "mer_ros"
REMEDY = "fetch it again, or train it with 'python -m mer_ros.training.action_units --out FILE'"

SIZES = range(8, 129)
"""Widths of the samples that a reader may read, pixels; even numbers only."""


def save(path: Path, reader: ActionUnitReader, training: Mapping[str, Any]) -> str:
    """Write a reader in one step and return its id, "name@hash12".

    training: summary with the expected errors, JSON-able. Raises CheckpointError if a weight is not finite or
    the file cannot be written.
    """
    tensors = _tensors(reader)
    if not all(np.isfinite(values).all() for values in tensors.values()):
        raise CheckpointError(f"The reader has weights that are not finite: nothing was written to {path}.")
    metadata = {
        "format": FORMAT,
        "units": reader.units,
        "training": training,
        "licence": "Apache-2.0",
        "versions": {name: version(name) for name in ("numpy", "safetensors")},
    }
    try:
        with atomic_write(path) as unfinished:
            save_file(tensors, unfinished, {KEY: json.dumps(metadata)})
    except (OSError, SafetensorError) as error:
        raise CheckpointError(not_writable(path, error)) from error
    return model_id(path)


def load(path: Path) -> ActionUnitReader:
    """Read and check a reader; every fault raises CheckpointError with one sentence."""
    tensors, metadata = _content(path)
    units = metadata.get("units")
    if units != list(UNITS):
        raise CheckpointError(f"{path} is a reader of other units ({_short(units)}): {REMEDY}.")
    n, size = len(UNITS), (0, *tensors.get("weight", np.empty(0)).shape)[-1]
    shapes = {"weight": (n, 3, size, size), "bias": (n,), "moved": (2, n), "one_sided": (2, n)}
    found = {name: values.shape for name, values in tensors.items()}
    if found != shapes or size not in SIZES or size % 2:
        raise CheckpointError(f"{path} holds arrays of other shapes ({_short(found)}): {REMEDY}.")
    if not all(values.dtype == np.float32 and np.isfinite(values).all() for values in tensors.values()):
        raise CheckpointError(f"{path} holds weights that are not finite float32 numbers: {REMEDY}.")
    moved, one_sided = (Logistic(*tensors[name]) for name in ("moved", "one_sided"))
    return ActionUnitReader(UNITS, tensors["weight"], tensors["bias"], moved, one_sided, model_id(path))


def training_summary(path: Path) -> dict[str, Any]:
    """The training summary of a file, with the expected errors; CheckpointError as ``load``."""
    summary: dict[str, Any] = _content(path)[1].get("training", {})
    return summary


@functools.cache
def shipped_reader() -> ActionUnitReader:
    """The reader in the folder of the shipped models; CheckpointError as ``load``."""
    return load(files.models_dir() / ACTION_UNITS)


def _tensors(reader: ActionUnitReader) -> dict[str, NDArray[np.float32]]:
    moved, one_sided = (np.stack([one.scale, one.offset]) for one in (reader.moved, reader.one_sided))
    arrays = {"weight": reader.weight, "bias": reader.bias, "moved": moved, "one_sided": one_sided}
    return {name: np.ascontiguousarray(values, np.float32) for name, values in arrays.items()}


def _content(path: Path) -> tuple[dict[str, NDArray[np.float32]], dict[str, Any]]:
    """Arrays and metadata of a file."""
    if not path.is_file():
        raise CheckpointError(f"The reader of action units {path} does not exist: {REMEDY}.")
    check_header(path)
    try:
        with safe_open(path, framework="numpy") as file:
            document = (file.metadata() or {}).get(KEY, "{}")
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118  (not a mapping)
        metadata = json.loads(document)
    except (SafetensorError, OSError, ValueError, RecursionError) as error:
        raise CheckpointError(f"{path} is not a complete reader ({error}): {REMEDY}.") from error
    found = metadata.get("format", "none") if isinstance(metadata, dict) else "none"
    if found != FORMAT:
        raise CheckpointError(
            f"{path} is not a reader of action units (format {found!r}, not {FORMAT!r}): {REMEDY}."
        )
    return tensors, metadata


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 100 else text[:97] + "..."
