"""What the pages name exists: links, anchors, files, make targets, modules, commands and options."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from mer_ros.cli.main import app

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "models/MODEL_CARD.md",
    *sorted(DOCS.glob("*.md")),
]
every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
_PLACEHOLDER = re.compile(r"NAME|DIR|FILE|FOLDER|MODULE|\.\.\.")


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def anchors(page: Path) -> set[str]:
    """Anchors of the headings of a page, as GitHub derives them."""
    headings = re.findall(r"^#+ (.+)$", _FENCE.sub("", text_of(page)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def in_backticks(page: Path) -> Iterator[str]:
    """Pieces of code within the sentences of a page."""
    yield from re.findall(r"`([^`\n]+)`", _FENCE.sub("", text_of(page)))


def command_lines(page: Path) -> Iterator[str]:
    """Lines of the code blocks, and pieces of code within sentences; comments removed."""
    for block in _FENCE.findall(text_of(page)):
        yield from (line.partition("  #")[0].strip() for line in block.splitlines()[1:-1])
    yield from in_backticks(page)


@every_page
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in _LINK.findall(text_of(page)):
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target), link


def test_the_index_lists_every_page_once() -> None:
    listed = re.findall(r"^\| \[([\w.]+)\]\(([\w./]+)\) \|", text_of(DOCS / "README.md"), re.MULTILINE)
    pages = [link for _, link in listed if "/" not in link]
    assert sorted(pages) == sorted(path.name for path in DOCS.glob("*.md") if path.name != "README.md")
    assert all(Path(link).name == title for title, link in listed)


@every_page
def test_every_file_exists(page: Path) -> None:
    """Paths are relative to the repository or the package; a module may be named without its folder."""
    for name in in_backticks(page):
        if _PLACEHOLDER.search(name) or not re.fullmatch(
            r"\.?[\w./-]+\.(py|md|yaml|xml|msg|srv|txt|sh|toml)", name
        ):
            continue
        if name == "mine.yaml":  # stands for a file of the reader
            continue
        if "/" in name:
            assert (ROOT / name).exists() or (ROOT / "mer_ros" / name).exists(), name
        elif name.endswith(".py"):
            assert any((ROOT / "mer_ros").rglob(name)) or any((ROOT / "test").rglob(name)), name


@every_page
def test_every_make_target_exists(page: Path) -> None:
    targets = re.findall(r"^([\w-]+):", text_of(ROOT / "Makefile"), re.MULTILINE)
    for line in command_lines(page):
        if (found := re.match(r"make ([\w-]+)", line)) and not _PLACEHOLDER.search(line):
            assert found[1] in targets, line


@every_page
def test_every_module_that_is_run_exists(page: Path) -> None:
    for line in command_lines(page):
        if (found := re.match(r"python -m (mer_ros|benchmarks)([\w.]*)", line)) and not _PLACEHOLDER.search(
            line
        ):
            assert importlib.util.find_spec(found[1] + found[2].rstrip(".")), line


@every_page
def test_every_command_and_option_of_mer_exists(page: Path) -> None:
    commands = typer.main.get_command(app).commands
    for line in command_lines(page):
        if not (found := re.match(r"mer ([a-z]+)\b(.*)", line)):
            continue
        assert found[1] in commands, line
        options = {
            text for option in commands[found[1]].params for text in (*option.opts, *option.secondary_opts)
        }
        for option in re.findall(r"(?<!\S)(--[a-z][\w-]*)", found[2]):
            assert option in options | {"--help"}, line
