"""The blocks of a page: text, table, picture, details. Each writes its own HTML; all text is escaped."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from markupsafe import Markup, escape
from numpy.typing import NDArray

from mer_ros.visualisation.encoding import EncodedImage, jpeg


class Block(Protocol):
    """A part of a section."""

    def html(self) -> Markup:
        """The part as HTML."""


@dataclass(frozen=True)
class Text:
    """One paragraph. language: its code, if it is not that of the page."""

    text: str
    language: str = ""

    def html(self) -> Markup:
        """See ``Block``."""
        language = Markup(' lang="{}"').format(self.language) if self.language else Markup()
        return Markup("<p{}>{}</p>").format(language, self.text)


@dataclass(frozen=True)
class Heading:
    """A heading below that of a section. anchor: its identifier, unique within the page."""

    text: str
    anchor: str

    def html(self) -> Markup:
        """See ``Block``."""
        return Markup('<h3 id="{}">{}</h3>').format(self.anchor, self.text)


class Link(str):
    """The text of a cell that leads to a place. address: of a file beside the page, or "#" and an anchor."""

    __slots__ = ("address",)
    address: str

    def __new__(cls, text: str, address: str) -> Link:
        """The text with its address."""
        link = super().__new__(cls, text)
        link.address = address
        return link

    def __html__(self) -> Markup:
        return Markup('<a href="{}">{}</a>').format(self.address, str(self))


@dataclass(frozen=True)
class Table:
    """A table whose first column names the rows.

    caption: what it shows, read first by a screen reader. header: one per column. rows: texts, or links, each
    as long as the header. numbers: whether the columns after the first are aligned right. styles: row number
    to "aside" (no result of a system, such as a ceiling) or "strong". shades: (row, column) to 0..1, the
    strength of the background.
    """

    caption: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: bool = True
    styles: Mapping[int, str] = field(default_factory=dict)
    shades: Mapping[tuple[int, int], float] = field(default_factory=dict)

    def html(self) -> Markup:
        """The table in a region that scrolls with the arrow keys where it is too wide."""
        head = Markup().join(
            Markup('<th scope="col"{}>{}</th>').format(self._kind(column), text)
            for column, text in enumerate(self.header)
        )
        body = Markup("\n").join(self._row(number) for number in range(len(self.rows)))
        return Markup(
            '<div class="scroll" role="region" tabindex="0" aria-label="{}"><table{}>\n'
            "<caption>{}</caption>\n"
            "<thead><tr>{}</tr></thead>\n<tbody>\n{}\n</tbody></table></div>"
        ).format(self.caption, Markup(' class="matrix"') if self.shades else "", self.caption, head, body)

    def _row(self, number: int) -> Markup:
        name, *others = self.rows[number]
        style = self.styles.get(number)
        cells = Markup().join(self._cell(number, column, text) for column, text in enumerate(others, 1))
        kind = Markup(' class="{}"').format(style) if style else Markup()
        return Markup('<tr{}><th scope="row">{}</th>{}</tr>').format(kind, name, cells)

    def _cell(self, row: int, column: int, text: str) -> Markup:
        share = self.shades.get((row, column))
        shade = Markup() if share is None else _shade(share)
        return Markup("<td{}{}>{}</td>").format(self._kind(column), shade, text)

    def _kind(self, column: int) -> Markup:
        return Markup(' class="number"') if self.numbers and column else Markup()


def _shade(share: float) -> Markup:
    # at most 0.45, so that the text keeps its contrast
    return Markup(' style="background: rgba(var(--shade), {:.2f})"').format(0.45 * share)


@dataclass(frozen=True)
class Row:
    """Blocks side by side, where the window is wide enough."""

    blocks: Sequence[Block]

    def html(self) -> Markup:
        """See ``Block``."""
        return Markup('<div class="row">{}</div>').format(Markup("\n").join(b.html() for b in self.blocks))


@dataclass(frozen=True, eq=False)
class Picture:
    """image: (H, W, 3) uint8 BGR. description: its content in words. caption: a few words below it."""

    image: NDArray[np.uint8]
    description: str
    caption: str

    def html(self) -> Markup:
        """The picture as JPEG within the page."""
        return EncodedPicture(jpeg(self.image), self.description, self.caption).html()


@dataclass(frozen=True, eq=False)
class EncodedPicture:
    """A picture that is encoded already; it is shown ``scale`` times as large. Others as ``Picture``."""

    image: EncodedImage
    description: str
    caption: str
    scale: float = 1.0

    def html(self) -> Markup:
        """See ``Block``."""
        source = f"data:{self.image.media_type};base64,{base64.b64encode(self.image.data).decode('ascii')}"
        width, height = (round(self.scale * side) for side in self.image.size_wh)
        return Markup(
            '<figure><img src="{}" width="{}" height="{}" alt="{}"><figcaption>{}</figcaption></figure>'
        ).format(source, width, height, self.description, self.caption)


@dataclass(frozen=True)
class Pictures:
    """Small pictures side by side, with a caption of all of them."""

    caption: str
    pictures: Sequence[Picture | EncodedPicture]

    def html(self) -> Markup:
        """See ``Block``."""
        inner = Markup("\n").join(picture.html() for picture in self.pictures)
        return Markup(
            '<figure><figcaption>{}</figcaption><div class="pictures">\n{}\n</div></figure>'
        ).format(self.caption, inner)


@dataclass(frozen=True)
class Details:
    """Preformatted text that opens on request, and is open in print."""

    summary: str
    text: str

    def html(self) -> Markup:
        """See ``Block``."""
        return Markup('<details><summary>{}</summary><pre tabindex="0">{}</pre></details>').format(
            self.summary, escape(self.text)
        )


@dataclass(frozen=True)
class Folded:
    """Blocks that open on request, and are open in print."""

    summary: str
    blocks: Sequence[Block]

    def html(self) -> Markup:
        """See ``Block``."""
        inner = Markup("\n").join(block.html() for block in self.blocks)
        return Markup("<details><summary>{}</summary>{}</details>").format(self.summary, inner)
