"""docs/recognition.md and the README name what the code has."""

from mer_ros.files import share_dir
from mer_ros.recognition import names, reads
from mer_ros.training.settings_file import default

PAGE = (share_dir() / "docs" / "recognition.md").read_text(encoding="utf-8")
README = (share_dir() / "README.md").read_text(encoding="utf-8")


def test_every_system_has_a_row_with_what_it_is_trained_to_read():
    table = PAGE.split("| `--model` |")[1].split("\n\n")[0]
    rows = [line.split("|") for line in table.splitlines() if line.startswith("| `")]
    for name in names():
        kind = default(name).input.kind
        assert kind in reads(name)
        assert [name, kind] in [[cell.strip(" `") for cell in cells[1:3]] for cells in rows]


def test_the_readme_names_every_system():
    for name in names():
        assert f"`{name}`" in README
