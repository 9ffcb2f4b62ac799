"""What systems that were trained on synthetic flow know of the tested data sets, in one sentence.

The recipes of the generator are shares of published coding sheets (``data.synthetic.recipes``), and the class
priors of MEGC 2019 are counts of its clips (``data.label_mapping``): no clip was seen, but labels of tested
clips are in these numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mer_ros.data.label_mapping import MEGC_LABELS
from mer_ros.data.names import MEGC_DATASETS

SHEETS = ("casme2", "samm", "samm-lv", "dfme")
"""Data sets whose clips are in the coding sheets of the recipes, since generator 2."""


def disclosure(results: Mapping[str, Any]) -> str:
    """The sentence on a content of ``results.json``; "" where no system or data set is concerned."""
    data, systems = results["data"], results["systems"]
    generators = [found for found in map(_generator, systems.values()) if found is not None]
    if data["synthetic"] or not generators:
        return ""
    known = []
    if max(generators) >= 2 and (coded := [name for name in data["datasets"] if name in SHEETS]):
        known.append(
            "the recipes of the generator are shares of action units in the coding sheets of CASME II, SAMM "
            f"and DFME (here {', '.join(coded)})"
        )
    counted = [name for name in data["datasets"] if name in MEGC_DATASETS]
    if counted and tuple(data["labels"]) == MEGC_LABELS:
        known.append(
            f"the class priors follow the published clip counts of MEGC 2019 (here {', '.join(counted)})"
        )
    if not known:
        return ""
    return (
        "Systems trained on synthetic flow are not independent of the labels of these data sets: "
        f"{', and '.join(known)}."
    )


def _generator(system: Mapping[str, Any]) -> int | None:
    """The major version of the generator that a finished system or control was trained on, None without."""
    settings = system.get("settings", {})
    stated = settings.get("generator", settings.get("training", {}).get("generator"))
    if system["uses_folds"] or stated is None:
        return None
    major = str(stated).partition(".")[0]
    return int(major) if major.isdecimal() else None
