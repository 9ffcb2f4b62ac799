"""Who may see the graph: by Host header, Origin header and token.

A page of a stranger in the same browser can send requests to 127.0.0.1. The Host header refuses it where its
name resolves to this machine (DNS rebinding); the Origin header refuses its WebSocket. A server that other
machines reach also requires, for its WebSocket, the token of the address that it has printed. The document
requires none: it contains nothing of the graph, and a page that is loaded again has its token in the storage
of its tab.
"""

from __future__ import annotations

import ipaddress
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass

LOOPBACK = ("127.0.0.1", "localhost", "::1")
_ANY = ("0.0.0.0", "::")  # noqa: S104  (names of the choice, not a choice)


@dataclass(frozen=True)
class Access:
    """host, port: where the server listens. token: what the address must contain; empty: nothing."""

    host: str
    port: int
    token: str = ""

    @property
    def address(self) -> str:
        """The address to open: that of this machine's name where all of its addresses are served."""
        name = socket.gethostname() if self.host in _ANY else self.host
        shown = f"[{name}]" if ":" in name else name
        return f"http://{shown}:{self.port}/{f'?token={self.token}' if self.token else ''}"

    def refusal(self, headers: Mapping[str, str], needs_origin: bool = False) -> str:
        """Sentence on a request that is refused by its headers; empty for one that is served.

        headers: with lower-case names. needs_origin: whether the request must come from the page of this
        server, as every WebSocket must.
        """
        host = headers.get("host", "")
        if not self._names_this_machine(host):
            return (
                f"The address {host[:80]!r} is not that of this server: open the address that mer watch "
                "prints."
            )
        origin = headers.get("origin", "")
        if (origin or needs_origin) and origin.lower() not in (f"http://{host}".lower(),):
            return f"A page of {origin[:80]!r} may not use this server: open the address itself."
        return ""

    def token_refusal(self, token: str) -> str:
        """Sentence on a token that is refused, at most 123 bytes (RFC 6455, 5.5); empty for the right one."""
        if self.token and not secrets.compare_digest(token.encode(), self.token.encode()):
            return "The token in the address is missing or wrong: open the address that mer watch prints."
        return ""

    def _names_this_machine(self, host: str) -> bool:
        """Whether a Host header names this server. An address always does: rebinding needs a name."""
        name, port = _split(host.lower())
        if port != str(self.port):
            return False
        if self.host in LOOPBACK:
            return name in LOOPBACK
        own = socket.gethostname().lower()
        return name in (self.host.lower(), own, f"{own}.local", *LOOPBACK) or _is_address(name)


def _split(host: str) -> tuple[str, str]:
    """Name and port of a Host header; port 80 if it has none."""
    if host.startswith("["):
        name, _, rest = host[1:].partition("]")
        return name, rest.removeprefix(":") or "80"
    name, _, port = host.partition(":")
    return name, port or "80"


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def access_for(host: str, port: int) -> Access:
    """The access of a server: with a new token of 128 bits where other machines reach it."""
    return Access(host, port, "" if host in LOOPBACK else secrets.token_urlsafe(16))
