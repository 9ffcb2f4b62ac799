"""torch and torchvision, whose versions must match."""

from __future__ import annotations

from collections.abc import Iterator

from mer_ros.doctor.check import Check
from mer_ros.doctor.facts import Facts
from mer_ros.doctor.finding import SET_UP, Finding, fix, note, ok

MINOR_OFFSET = 15
"""Difference of the minor versions of a pair: torchvision 0.28 is built for torch 2.13, 0.27 for 2.12."""

_PACKAGES = ("torch", "torchvision")
_IMPORT = """
from mer_ros.compat import import_torchvision
import_torchvision()
import torchvision.extension
print("compiled" if torchvision.extension._has_ops() else "guard")
"""


def judge(facts: Facts) -> Iterator[Finding]:
    """Whether both are installed, can be imported and match."""
    missing = [name for name in _PACKAGES if name not in facts.versions]
    if missing:
        yield fix("torch", f"{' and '.join(missing)} not installed", SET_UP)
        return
    torch, vision = (facts.versions[name] for name in _PACKAGES)
    found = f"torch {torch} with torchvision {vision}"
    trial = facts.trials["torch"]
    if not trial.worked:
        yield fix("torch", f"{found}, which cannot be imported ({trial.answer})", SET_UP)
    elif _minor(vision) != _minor(torch) + MINOR_OFFSET:
        yield fix("torch", f"{found}, which do not match", "Install the versions of requirements/runtime.txt")
    elif trial.answer == "guard":
        works = (
            f"torch {torch} and torchvision {vision} come from different builds; mer_ros works around this"
        )
        yield note("torch", works, "No action needed")
    else:
        yield ok("torch", found)


def _minor(version: str) -> int:
    return int(version.split(".")[1])


CHECK = Check(judge, packages=_PACKAGES, trial=_IMPORT)
