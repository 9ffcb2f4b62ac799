"""The YAML file of ``--layout``: where a copy of a data set differs from the usual one.

One mapping for each data set::

    casme2:
      sheet: labels/CASME2-coding-20190701.xlsx   # below the folder of the data set
      frames: Cropped/sub{subject:02}/{clip}/reg_img{frame}.jpg
      corrections:
        - {clip: sub16/EP01_08, offset: 96, reason: the frames end there}
        - {clip: sub04/EP12_01f, omit: true}

All keys are optional. A correction may narrow its row by ``where: {onset: 12}``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mer_ros.data.annotations.annotation import Correction
from mer_ros.data.faults import Faults
from mer_ros.errors import ConfigError

_KEYS = {"sheet", "frames", "corrections"}
_VALUES = {"onset", "apex", "offset", "label"}


@dataclass(frozen=True)
class FrameLayout:
    """sheet, frames: paths below the folder of the data set, "" for the usual ones."""

    sheet: str = ""
    frames: str = ""
    corrections: tuple[Correction, ...] = ()

    def sheet_in(self, root: Path, faults: Faults) -> Path | None:
        """The named sheet; None if none is named, or after a fault."""
        if not self.sheet:
            return None
        path = root / self.sheet
        if path.is_file() and path.resolve().is_relative_to(root.resolve()):
            return path
        faults.add(f"there is no sheet {self.sheet!r} in the folder, which the file of --layout names")
        faults.stop()
        return None


def read_layout_file(path: Path | None, name: str) -> FrameLayout:
    """What the file says of a data set. ConfigError for a file that says anything else."""
    if path is None:
        return FrameLayout()
    import yaml  # imported here: most commands read no such file

    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        what = " ".join(str(error).split())
        raise ConfigError(f"--layout {path} cannot be read ({what}): give a YAML file.") from error
    if not isinstance(content, dict) or not all(isinstance(own, dict) for own in content.values()):
        raise ConfigError(
            f"--layout {path} is not a mapping of data sets: write '{name}:' and its keys below."
        )
    own = content.get(name, {})
    _refuse_unknown(own, _KEYS, f"{path}, {name}")
    texts = {key: own.get(key, "") for key in ("sheet", "frames")}
    for key, text in texts.items():
        if not isinstance(text, str):
            raise ConfigError(f"--layout {path}: {key} of {name} is {text!r}: write a path below the folder.")
    corrections = own.get("corrections", [])
    if not isinstance(corrections, list):
        raise ConfigError(f"--layout {path}: corrections of {name} are no list: write one '- {{...}}' each.")
    return FrameLayout(**texts, corrections=tuple(_correction(one, path) for one in corrections))


def _correction(one: Any, path: Path) -> Correction:
    if not isinstance(one, dict) or not isinstance(one.get("clip"), str) or "/" not in one["clip"]:
        raise ConfigError(
            f"--layout {path}: the correction {one!r} has no clip: write clip: SUBJECT/CLIP as in the sheet."
        )
    _refuse_unknown(one, {"clip", "where", "omit", "reason", *_VALUES}, f"{path}, {one['clip']}")
    right = {} if one.get("omit") is True else {key: one[key] for key in sorted(_VALUES & set(one))}
    where = one.get("where", {})
    if (not right and one.get("omit") is not True) or not isinstance(where, dict):
        raise ConfigError(
            f"--layout {path}: the correction of {one['clip']!r} changes nothing: write onset, apex, offset, "
            "label or omit: true."
        )
    _refuse_unknown(where, _VALUES, f"{path}, {one['clip']}, where")
    for key, value in (*right.items(), *where.items()):
        if value is not None and not isinstance(value, str if key == "label" else int):
            raise ConfigError(f"--layout {path}: {key} of {one['clip']!r} is {value!r}: write a number.")
    return Correction(one["clip"], where, right, str(one.get("reason", "as --layout says")))


def _refuse_unknown(own: Mapping[Any, Any], known: set[str], where: str) -> None:
    unknown = sorted(set(map(str, own)) - known)
    if unknown:
        raise ConfigError(
            f"--layout {where}: {', '.join(map(repr, unknown))} is unknown: write {', '.join(sorted(known))}."
        )
