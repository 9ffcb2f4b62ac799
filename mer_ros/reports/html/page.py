"""One HTML page: title, lead, sections of blocks. It contains its style and pictures and has no script."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from mer_ros.errors import ConfigError
from mer_ros.files import write_text
from mer_ros.reports.html.blocks import Block

MOST_BYTES = 10_000_000
"""Largest page: it is sent by mail, and opened on a robot's tablet."""

_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Section:
    """Blocks under a heading."""

    title: str
    blocks: Sequence[Block]

    @property
    def anchor(self) -> str:
        """Identifier of the heading: "F1 of each class" has "f1-of-each-class"."""
        return re.sub(r"[^a-z0-9]+", "-", self.title.lower()).strip("-")


@dataclass(frozen=True)
class Page:
    """lead: paragraphs below the title. Sections without blocks are left out."""

    title: str
    lead: Sequence[str]
    sections: Sequence[Section]

    def html(self) -> str:
        """The complete document; the same content gives the same text."""
        kept = Page(self.title, self.lead, [section for section in self.sections if section.blocks])
        css = Markup((_FOLDER / "page.css").read_text(encoding="utf-8"))  # noqa: S704  (a file of the package)
        return _template().render(page=kept, css=css)

    def write(self, path: Path, remedy: str) -> None:
        """Write the page with ``write_text``.

        ConfigError if it is larger than ``MOST_BYTES``; remedy: what to do then, for the error.
        """
        text = self.html()
        size = len(text.encode())
        if size > MOST_BYTES:
            raise ConfigError(
                f"The page {path} would have {size / 1e6:.1f} MB, but the limit is {MOST_BYTES / 1e6:g}: "
                f"{remedy}."
            )
        write_text(path, text)


@cache
def _template():  # type: ignore[no-untyped-def]  # noqa: ANN202
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return environment.from_string((_FOLDER / "page.html").read_text(encoding="utf-8"))
