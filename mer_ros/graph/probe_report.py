"""The report of the graph probe as JSON: ``nodes.tools.graph_probe`` writes it, the doctor reads it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Publisher:
    """A publisher. node: its full name. reliability: the offered one, "reliable" or "best_effort"."""

    node: str
    reliability: str

    def __str__(self) -> str:
        return f"{self.node} ({self.reliability.replace('_', ' ')})"


@dataclass(frozen=True)
class CameraTopic:
    """An image topic and the frames that arrived on it while the probe was subscribed.

    type: message type. frames: number received. lost: number missing between them, from their stamps.
    rate_hz: measured at arrival, 0 if fewer than two frames arrived. stamps_hz: frame rate according to the
    stamps, 0 if unknown. encoding, image_bytes: of the last
    frame; empty for compressed images, and empty and 0 if none could be read.
    """

    topic: str
    type: str
    publishers: tuple[Publisher, ...]
    frames: int
    lost: int
    rate_hz: float
    encoding: str = ""
    image_bytes: int = 0
    stamps_hz: float = 0.0

    @classmethod
    def from_dict(cls, found: dict[str, Any]) -> CameraTopic:
        """The topic from a dict written by ``asdict``."""
        return cls(**{**found, "publishers": tuple(Publisher(**p) for p in found["publishers"])})


@dataclass(frozen=True)
class GraphReport:
    """The running graph. interfaces: the error of importing mer_interfaces, empty if there is none."""

    rmw: str
    domain_id: int
    interfaces: str
    cameras: tuple[CameraTopic, ...]

    def to_json(self) -> str:
        """The report as one line."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> GraphReport:
        """The report from text written by ``to_json``."""
        found = json.loads(text)
        return cls(**{**found, "cameras": tuple(map(CameraTopic.from_dict, found["cameras"]))})
