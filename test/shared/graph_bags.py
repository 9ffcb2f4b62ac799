"""Bags of what a graph publishes, written with rosbags from the messages that the nodes send."""

from __future__ import annotations

import sqlite3
import warnings
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from rclpy.serialization import serialize_message
from rosbags.rosbag2 import StoragePlugin, Writer
from rosbags.typesys import Stores, get_types_from_msg, get_typestore

from mer_ros.files import message_files
from mer_ros.nodes.base import convert
from mer_ros.types import Explanation, ExpressionEvent, Face, Prediction

START_NS = 1_700_000_000 * 10**9
"""Stamp of the first frame; events of ``make_event`` begin then."""

LABELS = ("happiness", "surprise")
MODEL = "two_labels@0123"
with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its parser imports what Python 3.11 deprecates
    import rosidl_generator_py  # noqa: F401

EVENTS, EMOTION, EXPLANATION, FACES = "/mer/events", "/mer/emotion", "/mer/explanation", "/mer/faces"

STORE = get_typestore(Stores.ROS2_JAZZY)
for _file in message_files():
    STORE.register(get_types_from_msg(_file.read_text(), f"mer_interfaces/msg/{_file.stem}"))


def write_bag(
    path: Path, messages: Iterable[tuple[str, Any]], plugin: StoragePlugin = StoragePlugin.MCAP
) -> Path:
    """A bag of (topic, message of ROS or (its class, bytes)), recorded 5 ms after each other."""
    connections: dict[str, Any] = {}
    with Writer(path, version=9, storage_plugin=plugin) as writer:
        for number, (topic, message) in enumerate(messages):
            kind, data = message if isinstance(message, tuple) else (type(message), None)
            name = f"{kind.__module__.partition('.')[0]}/msg/{kind.__name__}"
            if topic not in connections:
                connections[topic] = writer.add_connection(topic, name, typestore=STORE)
            if data != b"":  # a topic without a message
                written = serialize_message(message) if data is None else data
                writer.write(connections[topic], START_NS + number * 5_000_000, written)
    return path


def without_definitions(bag: Path) -> Path:
    """A bag in SQLite as of a recorder that stores no definitions."""
    (file,) = bag.glob("*.db3")
    with sqlite3.connect(file) as database:
        database.execute("delete from message_definitions")
    database.close()
    return bag


def later(event: ExpressionEvent, seconds: float, **changes: Any) -> ExpressionEvent:
    """The event at another time, with other changes."""
    return replace(event.since(-round(seconds * 1e9)), **changes)


def prediction(label: str = "happiness", confidence: float = 0.75, reason: str = "") -> Prediction:
    """A prediction with prototypes, whose numbers are exact in float32."""
    probabilities = np.array([confidence, 1 - confidence], np.float32)
    distances = np.array([2.5, 8.0], np.float32)
    return Prediction(label, confidence, LABELS, probabilities, MODEL, reason, 2.5, 20.0, distances)


def explanation(text: str = "Lip corners up (AU12), left 0.8 px.") -> Explanation:
    """An explanation whose map is bright on the left half."""
    heat = np.zeros((128, 128), np.float32)
    heat[:, :64] = 0.9
    return Explanation(
        label="happiness",
        model=MODEL,
        text=text,
        heatmap=heat,
        regions=("mouth", "nose"),
        relevance=np.array([0.75, 0.25], np.float32),
        action_units=("AU12", "AU26"),
        action_unit_probability=np.array([0.875, 0.0625], np.float32),
        action_unit_right=np.array([0.25, 0.0625], np.float32),
        action_unit_left=np.array([0.8125, 0.0625], np.float32),
        inside_face=1.5,
        flow=np.zeros((2, 128, 128), np.float32),
        action_unit_px=np.array([[np.nan, 0.75], [np.nan, np.nan]], np.float32),
        inside_face_ceiling=2.0,
        map_warning="unstable",
    )


def published(event: ExpressionEvent, label: str = "happiness", text: str = "") -> list[tuple[str, Any]]:
    """The three messages about a final event."""
    said = explanation(text) if text else explanation()
    return [
        (EVENTS, convert.to_event(event)),
        (EMOTION, convert.to_emotion(event, prediction(label))),
        (EXPLANATION, convert.to_explanation(event, said)),
    ]


def faces(
    n: int, source: str = "/camera", topic: str = FACES, rate_hz: float = 100.0, face_id: str = "f1"
) -> list[tuple[str, Any]]:
    """``n`` frames with one face that moves more and more. rate_hz: of their stamps and as published."""
    found = []
    for i in range(n):
        face = Face(face_id, (200, 100, 90, 120), 0.99, np.empty((0, 3)), 0, 0, 0, 80.0, 0.001 * i)
        header = convert.to_header(START_NS + round(i * 1e9 / rate_hz), "camera_optical_frame")
        found.append((topic, convert.to_face_array([face], header, source, rate_hz)))
    return found
