"""A ROS domain for benchmarks and tests, so that their nodes do not discover those of other processes."""

from __future__ import annotations

import os
import socket


def free_domain(first: int | None = None) -> int:
    """Number of a domain whose first discovery ports are unused (DDS: 7400 + 250 * domain + ...).

    first: start of the search; by default it differs between processes.
    """
    start = os.getpid() if first is None else first
    for i in range(100):
        domain = 1 + (start + 37 * i) % 100
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
    raise RuntimeError("all ROS domains from 1 to 100 are in use: end other ROS processes")
