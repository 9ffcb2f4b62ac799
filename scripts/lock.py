#!/usr/bin/env python3
"""Write requirements/constraints.txt: the versions of all dependencies of the pinned packages.

    python3 scripts/lock.py python3.10 python3.11 python3.12

Run it after changing a pin, with all supported Pythons. It installs nothing: pip only resolves the versions.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

REQUIREMENTS = Path(__file__).resolve().parent.parent / "requirements"
HEADER = "# What the pinned packages bring with them. Written by scripts/lock.py after a pin is changed.\n"


def normal(name: str) -> str:
    """Normalised name of a package (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def direct_names() -> set[str]:
    """Normalised names of the packages that the requirement files pin."""
    lines = [line for path in REQUIREMENTS.glob("*.txt") if path.name != "constraints.txt"
             for line in path.read_text(encoding="utf-8").splitlines()]  # fmt: skip
    return {normal(re.split(r"[\[=]", line)[0]) for line in lines if line and not line.startswith("#")}


def resolve(python: str) -> tuple[str, dict[str, str]]:
    """(Python version, packages to install as name to version without local part) for one interpreter."""
    files = sorted(path for path in REQUIREMENTS.glob("*.txt") if path.name != "constraints.txt")
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([python, "-m", "venv", f"{folder}/venv"], check=True)
        report = Path(folder, "report.json")
        command = [
            f"{folder}/venv/bin/python",
            "-m",
            "pip",
            "install",
            "--quiet",
            "--dry-run",
            "--report",
            str(report),
        ]
        for path in files:
            command += ["-r", str(path)]
        subprocess.run(command, check=True)
        found = json.loads(report.read_text(encoding="utf-8"))
    version = ".".join(found["environment"]["python_full_version"].split(".")[:2])
    items = (item["metadata"] for item in found["install"])
    return version, {normal(item["name"]): item["version"].split("+")[0] for item in items}


def constraint_lines(resolved: dict[str, dict[str, str]], leave_out: set[str]) -> list[str]:
    """One line per package, or one line per Python if the versions differ.

    resolved: Python version ("3.10") to packages. A package that one Python does not need is listed for it
    with the version of a neighbouring Python, because GPU builds of torch have more dependencies than CPU
    builds.
    """
    pythons = sorted(resolved, key=lambda version: tuple(map(int, version.split("."))))
    lines = []
    for name in sorted({name for packages in resolved.values() for name in packages} - leave_out):
        versions = [resolved[python].get(name) for python in pythons]
        for index in range(len(versions) - 2, -1, -1):
            versions[index] = versions[index] or versions[index + 1]
        for index in range(1, len(versions)):
            versions[index] = versions[index] or versions[index - 1]
        if len(set(versions)) == 1:
            lines.append(f"{name}=={versions[0]}")
            continue
        lines += [
            f'{name}=={version}; python_version == "{python}"' for python, version in zip(pythons, versions)
        ]
    return lines


def main(pythons: list[str]) -> int:
    """Resolve the versions with each Python and write the file."""
    resolved = dict(map(resolve, pythons))
    lines = constraint_lines(resolved, direct_names())
    (REQUIREMENTS / "constraints.txt").write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or [sys.executable]))
