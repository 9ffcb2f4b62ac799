"""Reference tables of the documentation: launch arguments and parameters, generated from their declarations.

``python -m mer_ros.reports.reference`` updates them in docs/launch.md and docs/parameters.md, where each
table stands between two comments::

    <!-- table: face_tracker -->
    ...
    <!-- end of table -->

A test compares pages and code.
"""

from __future__ import annotations

import re
from pathlib import Path

from mer_ros.files import write_text
from mer_ros.graph.catalogue import NODES
from mer_ros.graph.options import arguments

LAUNCH_PAGE, PARAMETER_PAGE = "launch.md", "parameters.md"
PAGES = (LAUNCH_PAGE, PARAMETER_PAGE)
"""Pages in docs/ with generated tables."""

LAUNCH = "launch arguments"
"""Name of the table of launch arguments; the other tables are named after their nodes."""

_TABLE = re.compile(r"(<!-- table: (.+?) -->\n).*?(<!-- end of table -->)", re.DOTALL)


def parameter_table(node: str) -> str:
    """Markdown table of a node's parameters."""
    rows = ["| parameter | type | default | range | set | description |", "|---|---|---|---|---|---|"]
    for p in NODES[node].parameters:
        default = f'"{p.default}"' if isinstance(p.default, str) else str(p.default).lower()
        cells = f"`{p.name}`", p.type_name, default, p.range_text, p.settable.value, p.description
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def launch_table() -> str:
    """Markdown table of the launch arguments, which are also the options of ``mer up``."""
    rows = ["| argument | default | description |", "|---|---|---|"]
    for argument in arguments():
        default = f"`{argument.default}`" if argument.default else "empty"
        rows.append(f"| `{argument.name}` | {default} | {argument.help} |")
    return "\n".join(rows)


def tables() -> dict[str, str]:
    """Name to Markdown of every generated table."""
    return {LAUNCH: launch_table(), **{node: parameter_table(node) for node in NODES}}


def with_tables(page: str) -> str:
    """The page with each marked table replaced by the current one; KeyError for an unknown name."""
    current = tables()
    return _TABLE.sub(lambda found: f"{found[1]}\n{current[found[2]]}\n\n{found[3]}", page)


def write(docs: Path) -> None:
    """Update the pages in a folder."""
    for name in PAGES:
        write_text(docs / name, with_tables((docs / name).read_text(encoding="utf-8")))


if __name__ == "__main__":
    write(Path(__file__).parents[2] / "docs")
