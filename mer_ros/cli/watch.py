"""``mer watch``: a live page of a running graph, for a browser."""

from __future__ import annotations

import os
import queue
import signal
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from mer_ros.cli.terminal import fitted
from mer_ros.compat import need, ros_missing
from mer_ros.errors import GraphError
from mer_ros.graph.description import check_namespace
from mer_ros.runtime import first_of
from mer_ros.web.access import access_for

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from mer_ros.nodes.tools.graph_watcher import GraphWatcher
    from mer_ros.web.hub import Hub

PORT = 8095
"""Port of the page unless another is given."""


def watch(
    namespace: Annotated[str, typer.Option(help="Namespace of the graph.")] = "mer",
    host: Annotated[
        str, typer.Option(help="Address to serve; another than 127.0.0.1 requires the printed token.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 selects a free one.")] = PORT,
    local_only: Annotated[
        bool, typer.Option("--local-only", help="Restrict discovery to this machine.")
    ] = False,
) -> None:
    """Serve a live page of a running graph: pictures, movements, events, diagnostics. Ctrl-C ends it.

    The page subscribes only while it is open in a browser, and stores nothing.
    """
    check_namespace(namespace)
    for package in ("starlette", "uvicorn", "websockets"):
        need(package)
    from mer_ros.web.app import build_app
    from mer_ros.web.hub import Hub
    from mer_ros.web.server import PageServer, listen

    listener = listen(host, port)
    access = access_for(host, listener.getsockname()[1])
    if local_only:
        os.environ["ROS_AUTOMATIC_DISCOVERY_RANGE"] = "LOCALHOST"
    ends: queue.SimpleQueue[bool] = queue.SimpleQueue()
    hub = Hub()
    with listener, _watching(namespace, hub):
        for number in (signal.SIGINT, signal.SIGTERM):  # until here, they end the process at once
            signal.signal(number, lambda *_: ends.put(True))
        with PageServer(build_app(hub, access), listener, on_end=lambda: ends.put(False)):
            typer.echo(fitted(f"Open {access.address} in a browser. Ctrl-C ends this command.", sys.stdout))
            if access.token:
                typer.echo(
                    fitted(
                        "Warning: pictures of faces are sent unencrypted to whoever has this address.",
                        sys.stdout,
                    )
                )
            sys.stdout.flush()
            stopped = first_of(ends)
    if not stopped:
        raise GraphError("the server of the live page has ended: see the messages above.")


def _watching(namespace: str, hub: Hub) -> AbstractContextManager[GraphWatcher]:
    """The subscriber; GraphError if ROS cannot be imported."""
    try:
        from mer_ros.nodes.tools.graph_watcher import watching
    except ImportError as error:
        raise ros_missing(error) from error
    return watching(namespace, hub)
