"""The reference tables of the README, generated from the code; a test compares the two."""

from __future__ import annotations

from mer_ros.graph.catalogue import NODES
from mer_ros.graph.options import arguments


def parameter_table(node: str) -> str:
    """Markdown table of a node's parameters."""
    rows = ["| parameter | type | default | range | what and why |", "|---|---|---|---|---|"]
    for p in NODES[node].parameters:
        default = f'"{p.default}"' if isinstance(p.default, str) else str(p.default).lower()
        rows.append(f"| `{p.name}` | {p.type_name} | {default} | {p.range_text} | {p.description} |")
    return "\n".join(rows)


def launch_table() -> str:
    """Markdown table of the launch arguments, which are the options of ``mer up`` too."""
    rows = ["| launch argument | default | what |", "|---|---|---|"]
    for argument in arguments():
        default = f"`{argument.default}`" if argument.default else "empty"
        rows.append(f"| `{argument.name}` | {default} | {argument.help} |")
    return "\n".join(rows)


def reference() -> str:
    """All tables as the README has them; ``python -m mer_ros.reports.reference`` prints them."""
    tables = [f"#### `{node}`\n\n{parameter_table(node)}" for node in NODES]
    return "\n\n".join([launch_table(), *tables])


if __name__ == "__main__":
    import sys

    sys.stdout.write(reference() + "\n")
