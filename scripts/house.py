#!/usr/bin/env python3
"""Checks the layers of the package from its imports, and draws them.

    python scripts/house.py                    # lists violations; exit code 1 if there are any
    python scripts/house.py --picture docs/house.png

Each folder of ``mer_ros/`` is a layer. A file may import from its own folder and from lower layers. The files
at the top of the package are the lowest layer, except ``pipeline.py``, which is a layer. All imports count,
including those inside functions and those for type checkers only.
"""

from __future__ import annotations

import argparse
import ast
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "mer_ros"

LAYERS: tuple[tuple[str, str], ...] = (
    ("cli", "the command mer"),
    ("nodes", "the ROS 2 nodes: the only layer that imports ROS"),
    ("doctor", "checks of the machine"),
    ("web", "the live page in a browser"),
    ("reports", "tables and pages"),
    ("graph", "description of the node graph"),
    ("evaluation", "protocols, folds, intervals"),
    ("training", "families of systems, one training loop"),
    ("analysis", "recordings to events with their evidence"),
    ("pipeline", "source to explanation, without ROS"),
    ("sources", "recording, webcam, synthetic clip"),
    ("visualisation", "arrays to images"),
    ("explanation", "prediction to evidence"),
    ("recognition", "sample to prediction"),
    ("data", "clips, labels, the generator"),
    ("spotting", "motion to events"),
    ("motion", "movement of a face"),
    ("face", "detection, tracking, pose and quality of faces"),
    ("stream", "checks of images and of their timing"),
    ("media", "recordings, webcams, JPEG and PNG"),
)
"""Folder (or ``pipeline``) and its purpose, the highest first. All other files are below."""


@dataclass(frozen=True)
class Import:
    """An import between two files of the package, given by their module names. line: in the importer."""

    importer: str
    imported: str
    line: int


def modules(root: Path = ROOT, package: str = PACKAGE) -> dict[str, Path]:
    """Module name to file, for the complete package; the name of a folder is that of its ``__init__.py``."""
    found = {}
    for path in sorted((root / package).rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(root: Path = ROOT, package: str = PACKAGE) -> list[Import]:
    """All imports between files of the package."""
    known = modules(root, package)
    found = []
    for name, path in known.items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for target, line in _targets(node, path):
                while target and target not in known:  # a name in a module, or a module of another package
                    target = target.rpartition(".")[0]
                if target and target != name:
                    found.append(Import(name, target, line))
    return found


def _targets(node: ast.AST, path: Path) -> Iterator[tuple[str, int]]:
    if isinstance(node, ast.Import):
        yield from ((alias.name, node.lineno) for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        if node.level:
            raise ValueError(f"{path}:{node.lineno}: relative import: use an absolute one")
        yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def layer_of(module: str) -> str:
    """The folder of a module, ``pipeline``, or "" for the shared files at the top of the package."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and parts[1] in dict(LAYERS) else ""


def rank_of(layer: str) -> int:
    """Rank of a layer, 0 for the shared files at the top of the package."""
    names = [name for name, _ in LAYERS]
    return len(names) - names.index(layer) if layer else 0


def climbing(found: Iterable[Import]) -> list[Import]:
    """The imports from a higher layer."""
    return [i for i in found if rank_of(layer_of(i.imported)) > rank_of(layer_of(i.importer))]


def circles(found: Iterable[Import]) -> list[list[str]]:
    """Groups of files with circular imports (strongly connected components; Tarjan, 1972)."""
    edges: dict[str, set[str]] = {}
    for one in found:
        edges.setdefault(one.importer, set()).add(one.imported)
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    groups: list[list[str]] = []

    def visit(name: str) -> None:
        index[name] = low[name] = len(index)
        stack.append(name)
        for other in sorted(edges.get(name, ())):
            if other not in index:
                visit(other)
                low[name] = min(low[name], low[other])
            elif other in stack:
                low[name] = min(low[name], index[other])
        if low[name] == index[name]:
            group = stack[stack.index(name) :]
            del stack[stack.index(name) :]
            if len(group) > 1:
                groups.append(sorted(group))

    for name in sorted(edges):
        if name not in index:
            visit(name)
    return groups


def draw(path: Path) -> None:
    """Draw the layers and their number of files (left), and the number of imports between them (right)."""
    from matplotlib import pyplot as plt

    known = modules()
    files = Counter(layer_of(name) for name, file in known.items() if file.name != "__init__.py")
    names = [*(name for name, _ in LAYERS), ""]
    counts = Counter((layer_of(i.importer), layer_of(i.imported)) for i in imports())
    n = len(names)
    figure, (house, matrix) = plt.subplots(
        1, 2, figsize=(13, 7), width_ratios=(1.15, 1), layout="constrained"
    )
    titles = [*LAYERS, ("files at the top", "types, errors, limits, files, progress ...")]
    for row, (name, purpose) in enumerate(titles):
        shade = 0.93 if row % 2 else 0.97
        house.barh(row, 1, 0.92, color=str(shade), edgecolor="0.6", linewidth=0.6)
        house.text(0.015, row, name, va="center", fontsize=10, fontweight="bold")
        house.text(0.27, row, purpose, va="center", fontsize=9)
        house.text(
            0.985, row, f"{files[names[row]]} files", va="center", ha="right", fontsize=8, color="0.35"
        )
    house.set(xlim=(0, 1), ylim=(n - 0.4, -0.6), title="Layers: imports run downwards only")
    house.axis("off")
    for row, importer in enumerate(names):
        for column, imported in enumerate(names):
            count = counts[importer, imported]
            if count and importer != imported:
                colour = "C0" if column > row else "C3"
                matrix.scatter(column, row, s=14 + 9 * min(count, 40), color=colour, alpha=0.85, linewidths=0)
    matrix.plot([-0.5, n - 0.5], [-0.5, n - 0.5], color="0.7", linewidth=0.8)
    labels = [name or "top" for name in names]
    matrix.set_xticks(range(n), labels, rotation=90, fontsize=8)
    matrix.set_yticks(range(n), labels, fontsize=8)
    matrix.set(
        xlim=(-0.5, n - 0.5), ylim=(n - 0.5, -0.5), title="Row imports from column; larger dot: more imports"
    )
    matrix.set_aspect("equal")
    figure.savefig(path, dpi=110, bbox_inches="tight")
    plt.close(figure)


def main() -> int:
    """Print the violations, and draw the layers if an image is requested."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--picture", type=Path, help="image file to write")
    arguments = parser.parse_args()
    found = imports()
    wrong = [f"{i.importer}:{i.line} imports {i.imported} of a higher layer" for i in climbing(found)]
    wrong += [f"circle: {' <-> '.join(group)}" for group in circles(found)]
    for line in wrong:
        print(line)
    print(f"{len(modules())} files, {len(found)} imports, {len(wrong)} violations.")
    if arguments.picture:
        draw(arguments.picture)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
