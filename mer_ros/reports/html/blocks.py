"""The blocks of a page: text, table, picture, details. Each writes its own HTML; all text is escaped."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import cv2
import numpy as np
from markupsafe import Markup, escape
from numpy.typing import NDArray

JPEG_QUALITY = 88


class Block(Protocol):
    """A part of a section."""

    def html(self) -> Markup:
        """The part as HTML."""


@dataclass(frozen=True)
class Text:
    """One paragraph."""

    text: str

    def html(self) -> Markup:
        """See ``Block``."""
        return Markup("<p>{}</p>").format(self.text)


@dataclass(frozen=True)
class Table:
    """A table whose first column names the rows.

    caption: what it shows, read first by a screen reader. header: one per column. rows: texts, each as long
    as the header. numbers: whether the columns after the first are aligned right. styles: row number to
    "aside" (no result of a system, such as a ceiling) or "strong". shades: (row, column) to 0..1, the
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
        _, data = cv2.imencode(".jpg", self.image, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
        source = "data:image/jpeg;base64," + base64.b64encode(data.tobytes()).decode("ascii")
        height, width = self.image.shape[:2]
        return Markup(
            '<figure><img src="{}" width="{}" height="{}" alt="{}"><figcaption>{}</figcaption></figure>'
        ).format(source, width, height, self.description, self.caption)


@dataclass(frozen=True)
class Pictures:
    """Small pictures side by side, with a caption of all of them."""

    caption: str
    pictures: Sequence[Picture]

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
