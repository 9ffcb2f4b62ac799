"""The web application: the page at ``/``, and one WebSocket at ``/live`` for everything that it shows.

To the browser, text messages are JSON with a ``kind``: graph, node, event, movement, notice; binary messages
are pictures (``LivePicture.message``). From the browser: ``{"kind": "shown"}`` once a picture is shown, and
``{"kind": "enable", "camera": NAME, "on": BOOLEAN}``.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from mer_ros.web.access import Access
from mer_ros.web.document import document
from mer_ros.web.hub import MOST_BROWSERS, Hub
from mer_ros.web.outbox import Outbox

_UNKNOWN_DATA, _NOT_ALLOWED, _TRY_LATER = 1003, 1008, 1013  # close codes of RFC 6455 and its registry


def build_app(hub: Hub, access: Access) -> Starlette:
    """The application that serves a hub to whom the access allows."""

    async def page(request: Request) -> Response:
        refusal = access.refusal(request.headers)
        if refusal:
            return PlainTextResponse(refusal, 403)
        return HTMLResponse(document().html, headers=document().headers)

    async def live(websocket: WebSocket) -> None:
        refusal = access.refusal(websocket.headers, needs_origin=True)
        if refusal:
            await websocket.send_denial_response(PlainTextResponse(refusal, 403))
            return
        await websocket.accept()
        refusal = access.token_refusal(websocket.query_params.get("token", ""))
        if refusal:  # after the handshake: of one that fails, a page learns no reason
            await websocket.close(_NOT_ALLOWED, refusal)
            return
        await _serve(websocket, hub)

    return Starlette(routes=[Route("/", page, methods=["GET"]), WebSocketRoute("/live", live)])


async def _serve(websocket: WebSocket, hub: Hub) -> None:
    """Send what waits for a browser, and handle its messages, until it leaves or one of both fails."""
    changed = asyncio.Event()
    loop = asyncio.get_running_loop()
    outbox = hub.join(lambda: loop.call_soon_threadsafe(changed.set))
    if outbox is None:
        sentence = f"{MOST_BROWSERS} browsers are connected, the most: close one of them."
        await websocket.close(_TRY_LATER, sentence)
        return
    sending = asyncio.create_task(_send(websocket, outbox, changed))
    receiving = asyncio.create_task(_receive(websocket, hub, outbox))
    try:
        await asyncio.wait((sending, receiving), return_when=asyncio.FIRST_COMPLETED)
    finally:
        hub.leave(outbox)
        sending.cancel()
        receiving.cancel()
        await asyncio.wait((sending, receiving))
    with contextlib.suppress(asyncio.CancelledError):
        receiving.result()
    with contextlib.suppress(asyncio.CancelledError, WebSocketDisconnect, RuntimeError):
        sending.result()  # another error is logged, and the socket closed, by the server


async def _send(websocket: WebSocket, outbox: Outbox, changed: asyncio.Event) -> None:
    while True:
        await changed.wait()
        changed.clear()
        while (message := outbox.take()) is not None:
            if isinstance(message, str):
                await websocket.send_text(message)
            else:
                await websocket.send_bytes(await asyncio.to_thread(message))


async def _receive(websocket: WebSocket, hub: Hub, outbox: Outbox) -> None:
    while (message := await websocket.receive())["type"] == "websocket.receive":
        request = _request(message.get("text") or "")
        if request.get("kind") == "shown":
            outbox.acknowledge()
        elif request.get("kind") == "enable":
            hub.on_enable(str(request.get("camera", "")), request.get("on") is True)
        else:
            await websocket.close(_UNKNOWN_DATA, "This message is unknown: reload the page.")
            return


def _request(text: str) -> dict[str, Any]:
    """The fields of a message of a browser; empty if it is not a JSON object."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
