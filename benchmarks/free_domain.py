"""A ROS domain for benchmarks and tests, so that their nodes and those of others do not meet."""

from __future__ import annotations

import os
import socket


def free_domain() -> int:
    """The number of a domain whose first discovery ports are unused (DDS: 7400 + 250 * domain + ...)."""
    for i in range(100):
        domain = 1 + (os.getpid() + 37 * i) % 100
        sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(9)]
        try:
            for port, s in zip([0, *range(10, 18)], sockets, strict=True):
                s.bind(("", 7400 + 250 * domain + port))
            return domain
        except OSError:
            continue
        finally:
            for s in sockets:
                s.close()
    raise RuntimeError("every ROS domain is in use")
