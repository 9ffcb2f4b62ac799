"""docs/recognition.md and the README name what the code has."""

from mer_ros.recognition import names, reads
from mer_ros.resources import share_dir
from mer_ros.training.config import default

PAGE = (share_dir() / "docs" / "recognition.md").read_text(encoding="utf-8")
README = (share_dir() / "README.md").read_text(encoding="utf-8")


def test_every_system_has_a_row_with_what_it_is_trained_to_read():
    rows = {
        cells[1].strip(" `"): cells
        for cells in (line.split("|") for line in PAGE.splitlines() if line[:1] == "|")
    }
    for name in names():
        assert rows[name][2].strip() == default(name).input.kind in reads(name)


def test_the_readme_names_every_system():
    for name in names():
        assert f"`{name}`" in README
