"""The model files: whether they exist, are valid checkpoints, and match the model card."""

from __future__ import annotations

import hashlib
import json
import re
import struct
from collections.abc import Iterator
from pathlib import Path

from mer_ros.doctor.check import Check
from mer_ros.doctor.facts import Facts
from mer_ros.doctor.finding import Finding, fix, note, ok
from mer_ros.errors import CheckpointError
from mer_ros.recognition.checkpoint_header import check_header
from mer_ros.recognition.model_files import ACTION_UNITS, HASH_DIGITS, SUFFIX

CARD = "MODEL_CARD.md"
_SHA256 = re.compile(r"\b[0-9a-f]{64}\b")


def judge(facts: Facts) -> Iterator[Finding]:
    """One finding per model file, and one for each file that is missing: default model, action units."""
    folder, default = facts.models_dir, f"{facts.model}{SUFFIX}"
    paths = sorted(folder.glob(f"*{SUFFIX}"))
    yield from map(check_model, paths)
    commands = {
        default: f"mer train --model {facts.model} --out {folder / default}",
        ACTION_UNITS: f"python -m mer_ros.training.action_units --out {folder / ACTION_UNITS}",
    }
    for name, train in commands.items():
        if name not in [path.name for path in paths]:
            yield fix("models", f"no {name} in {folder}", f"Download it, or train one with '{train}'")


def check_model(path: Path) -> Finding:
    """The finding for a model file, from its header, its metadata, and its SHA-256 in the model card."""
    subject = f"model {path.stem}"
    try:
        check_header(path)
    except CheckpointError as error:
        return fix(subject, str(error).rstrip("."), "Other models are not affected")
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    found = f"{path.stem}@{digest[:HASH_DIGITS]}, {len(content) / 1e6:.1f} MB, sha256 {digest}"
    if not _metadata(content):
        bare = f"{found}, without metadata in its header"
        return fix(subject, bare, "Train it again with 'mer train'")
    known = digests_of_card(path.parent / CARD, path.name)
    if known and digest not in known:
        return fix(
            subject, f"{found}, but {CARD} lists {known[0][:HASH_DIGITS]}", f"Download {path.name} again"
        )
    if not known:
        return note(subject, f"{found}, not listed in {CARD}")
    return ok(subject, found)


def digests_of_card(card: Path, name: str) -> list[str]:
    """SHA-256 digests on the lines of a model card that name a file."""
    if not card.is_file():
        return []
    lines = card.read_text(encoding="utf-8").splitlines()
    return [digest for line in lines if name in line for digest in _SHA256.findall(line)]


def _metadata(content: bytes) -> dict[str, str]:
    (length,) = struct.unpack("<Q", content[:8])
    return json.loads(content[8 : 8 + length]).get("__metadata__", {})


CHECK = Check(judge)
