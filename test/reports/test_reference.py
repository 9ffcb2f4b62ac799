from __future__ import annotations

from pathlib import Path

import pytest

from mer_ros.graph.catalogue import NODES
from mer_ros.graph.options import arguments
from mer_ros.reports import reference

DOCS = Path(__file__).parents[2] / "docs"
REMEDY = "python -m mer_ros.reports.reference updates it"


@pytest.mark.parametrize("node", NODES)
def test_the_page_has_the_parameters_of_each_node(node: str) -> None:
    page = (DOCS / reference.PARAMETER_PAGE).read_text(encoding="utf-8")
    assert reference.parameter_table(node) in page, REMEDY
    assert all(f"| `{p.name}` | {p.type_name} |" in page for p in NODES[node].parameters)


def test_the_page_has_the_launch_arguments() -> None:
    page = (DOCS / reference.LAUNCH_PAGE).read_text(encoding="utf-8")
    assert reference.launch_table() in page, REMEDY
    assert all(f"| `{argument.name}` | " in page for argument in arguments())


@pytest.mark.parametrize("name", reference.PAGES)
def test_an_update_changes_nothing(name: str) -> None:
    page = (DOCS / name).read_text(encoding="utf-8")
    assert reference.with_tables(page) == page, REMEDY


def test_an_outdated_table_is_replaced_and_the_rest_stays() -> None:
    page = "before\n<!-- table: camera -->\noutdated\n<!-- end of table -->\nafter\n"
    new = reference.with_tables(page)
    assert new.startswith("before\n<!-- table: camera -->\n") and new.endswith(
        "\n<!-- end of table -->\nafter\n"
    )
    assert reference.parameter_table("camera") in new and "outdated" not in new
    assert reference.with_tables(new) == new


def test_a_table_of_an_unknown_name_is_an_error() -> None:
    with pytest.raises(KeyError, match="no_node"):
        reference.with_tables("<!-- table: no_node -->\n<!-- end of table -->")


def test_the_pages_are_written(tmp_path: Path) -> None:
    for name in reference.PAGES:
        (tmp_path / name).write_text("# Page\n<!-- table: explainer -->\n<!-- end of table -->\n")
    reference.write(tmp_path)
    for name in reference.PAGES:
        assert reference.parameter_table("explainer") in (tmp_path / name).read_text()
