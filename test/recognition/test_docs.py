"""docs/recognition.md and the README agree with the code."""

from typing import get_args

from mer_ros.files import share_dir
from mer_ros.recognition import names, reads
from mer_ros.recognition.model_files import ACTION_UNITS
from mer_ros.training.config import Transfer
from mer_ros.training.settings_file import default

PAGE = (share_dir() / "docs" / "recognition.md").read_text(encoding="utf-8")
README = (share_dir() / "README.md").read_text(encoding="utf-8")


def rows(first):
    """Rows of the table with this heading of its first column, as lists of cells."""
    table = PAGE.split(f"| {first} |")[1].split("\n\n")[0]
    return [[cell.strip(" `") for cell in line.split("|")[1:-1]] for line in table.splitlines()[2:]]


def test_every_system_has_a_row_with_what_it_is_trained_to_read():
    found = {cells[0]: cells[1] for cells in rows("`--model`")}
    for name in names():
        kind = default(name).input.kind
        assert kind in reads(name)
        assert found[name] == kind
    assert set(found) == set(names())


def test_every_kind_of_input_and_every_transfer_has_a_row():
    assert {cells[0] for cells in rows("input")} == {kind for name in names() for kind in reads(name)}
    assert [cells[0] for cells in rows("`transfer`")] == list(get_args(Transfer))


def test_the_shipped_models_are_those_of_the_folder():
    shipped = {cells[0] for cells in rows("`--model`") if cells[3].startswith("yes")}
    held = {path for path in (share_dir() / "models").glob("*.safetensors") if path.name != ACTION_UNITS}
    assert shipped == {path.stem for path in held}


def test_the_readme_names_every_system():
    for name in names():
        assert f"`{name}`" in README
