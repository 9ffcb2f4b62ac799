"""The scaffold of HTML pages: one file that opens from disk and requests no byte from the network.

Charts are SVG drawn by matplotlib, without scripts: a page with one chart is 0.02 MB (with Bokeh's script
1.3, with Plotly's 4.8) and can be used with the keyboard and a screen reader; charts of neither can.
"""

from __future__ import annotations

from mer_ros.reports.html.blocks import (
    Block,
    Details,
    EncodedPicture,
    Folded,
    Heading,
    Link,
    Picture,
    Pictures,
    Row,
    Table,
    Text,
)
from mer_ros.reports.html.page import Page, Section
from mer_ros.reports.html.svg import Chart, chart

__all__ = [
    "Block",
    "Chart",
    "Details",
    "EncodedPicture",
    "Folded",
    "Heading",
    "Link",
    "Page",
    "Picture",
    "Pictures",
    "Row",
    "Section",
    "Table",
    "Text",
    "chart",
]
