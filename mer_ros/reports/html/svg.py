"""Charts as SVG within a page: drawn by matplotlib, coloured by the page, described in words."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass

import matplotlib
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure

TEXT, MUTED, LINE, GROUND = "#0a0b01", "#0a0b02", "#0a0b03", "#0a0b04"
"""Colours that the page replaces by those of its light or dark scheme."""
SERIES = tuple(f"#0a0b1{n}" for n in range(7))
"""Colours of series, distinguishable also with colour blindness."""
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
"""Markers of series, so that colour is never the only difference."""

_VARIABLES = {TEXT: "--text", MUTED: "--muted", LINE: "--line", GROUND: "--ground"}
_VARIABLES |= {colour: f"--s{n}" for n, colour in enumerate(SERIES)}
_STYLE = {
    "svg.fonttype": "none",  # text stays text
    "font.family": "sans-serif",
    "font.size": 10,
    "text.color": TEXT,
    "axes.labelcolor": TEXT,
    "axes.edgecolor": MUTED,
    "axes.facecolor": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": LINE,
    "grid.linewidth": 0.6,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": TEXT,
    "ytick.labelcolor": TEXT,
    "legend.frameon": False,
    "figure.facecolor": "none",
}
_PX_PER_PT = 96 / 72


@dataclass(frozen=True)
class Chart:
    """A drawn chart. caption: below it."""

    svg: Markup
    caption: str

    def html(self) -> Markup:
        """See ``Block``."""
        return Markup("<figure>{}<figcaption>{}</figcaption></figure>").format(self.svg, self.caption)


def chart(
    name: str,
    title: str,
    description: str,
    caption: str,
    size_in: tuple[float, float],
    draw: Callable[[Axes], None],
) -> Chart:
    """A chart with one pair of axes, on which ``draw`` draws in the colours of this module.

    name: unique within the page, for identifiers. title: its name for screen readers. description: what it
    shows, in words with numbers. size_in: width and height, inches.
    """
    with matplotlib.rc_context({**_STYLE, "svg.hashsalt": name}):
        figure = Figure(figsize=size_in, layout="constrained")
        draw(figure.add_subplot())
        file = io.StringIO()
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None}, transparent=True)
    return Chart(_for_page(file.getvalue(), name, title, description), caption)


def _for_page(svg: str, name: str, title: str, description: str) -> Markup:
    """The SVG element of matplotlib's document, with identifiers, colours and words of the page."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'(id="|url\(#|href="#)', rf"\g<1>{name}-", svg)
    for colour, variable in _VARIABLES.items():
        svg = svg.replace(colour, f"var({variable})")
    svg = re.sub(r"font-family: [^;\"]*", "font-family: inherit", svg)
    _, _, body = svg.partition(">")
    width, height = (float(value) for value in re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)[0])
    head = Markup(
        '<svg class="chart" xmlns:xlink="http://www.w3.org/1999/xlink" width="{:.0f}" height="{:.0f}" '
        'viewBox="0 0 {:g} {:g}" role="img" aria-labelledby="{}-title {}-words">'
        '<title id="{}-title">{}</title><desc id="{}-words">{}</desc>'
    ).format(
        width * _PX_PER_PT, height * _PX_PER_PT, width, height, name, name, name, title, name, description
    )
    return head + Markup(body.strip())  # noqa: S704  (matplotlib escapes the text that it draws)
