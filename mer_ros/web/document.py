"""The live page as one HTML document, with its style and scripts, and a policy that allows no others."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib import resources
from typing import NamedTuple

_SCRIPTS = ("lanes.js", "events.js", "cameras.js", "live.js")


class Document(NamedTuple):
    """The document, and the headers that it is sent with."""

    html: str
    headers: dict[str, str]


@cache
def document() -> Document:
    """The page: the style of all pages of this package, that of the live page, and its scripts."""
    folder = resources.files("mer_ros.web") / "page"
    scaffold = resources.files("mer_ros.reports") / "html" / "page.css"
    style = scaffold.read_text("utf-8") + (folder / "live.css").read_text("utf-8")
    parts = "\n".join((folder / name).read_text("utf-8") for name in _SCRIPTS)
    script = f'"use strict";\n{parts}'
    html = (folder / "live.html").read_text("utf-8").replace("{{ style }}", style, 1)
    policy = "; ".join(
        (
            "default-src 'none'",
            f"style-src '{_digest(style)}'",
            f"script-src '{_digest(script)}'",
            "img-src blob: data:",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )
    headers = {
        "Content-Security-Policy": policy,
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    return Document(html.replace("{{ script }}", script, 1), headers)


def _digest(text: str) -> str:
    """The source expression of an inline text (Content Security Policy Level 3, 6.6.4.3)."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
