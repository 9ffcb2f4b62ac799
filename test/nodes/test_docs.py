"""docs/diagnostics.md lists every value that a node publishes, and no other."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

from mer_ros.graph.catalogue import NODES
from mer_ros.limits import NOTABLE_LOSS

PAGE = (Path(__file__).resolve().parents[2] / "docs/diagnostics.md").read_text(encoding="utf-8")


def listed(section: str) -> list[str]:
    """Values in the tables of a section."""
    text = PAGE.split(f"\n## {section}\n")[1].split("\n## ")[0]
    cells = re.findall(r"^\| (`.+?`) \|", text, re.MULTILINE)
    return [name for cell in cells for name in re.findall(r"`(\w+)`", cell)]


@pytest.mark.parametrize("name", NODES)
def test_every_value_of_a_node_is_on_the_page(name: str) -> None:
    module, _, kind = NODES[name].place.partition(":")
    node = getattr(importlib.import_module(module), kind)()
    try:
        _, _, values = node.health()
        published = ["state", *values, *(f"dropped_{reason}" for reason, _ in node.drops.items())]
    finally:
        node.destroy_node()
    on_page = [*listed("All nodes"), *listed(name)]
    assert sorted(on_page) == sorted(published)


def test_its_limit_of_lost_frames_is_the_code_s() -> None:
    assert f"above {100 * NOTABLE_LOSS:g} % the level is WARN" in PAGE
    assert set(re.findall(r"above (\d+) %", PAGE)) == {f"{100 * NOTABLE_LOSS:g}"}
