"""Classifier and explainer in the test process, with the one model of a module's ``folder``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


def _active(node: Any, folder: Path) -> Any:
    from rclpy.parameter import Parameter

    (model,) = folder.iterdir()
    given = {"models_dir": str(folder), "model": model.stem, "device": "cpu"}
    node.set_parameters([Parameter(name, value=value) for name, value in given.items()])
    node.trigger_configure()
    node.trigger_activate()
    return node


@pytest.fixture
def classifier(folder: Path) -> Iterator[Any]:
    """An active classifier; the messages that it publishes go into the list ``sent``."""
    from mer_ros.nodes.classifier import ClassifierNode

    node = _active(ClassifierNode(), folder)
    node.sent = []
    node._output.publish = node.sent.append
    yield node
    node.end()
    node.destroy_node()


@pytest.fixture
def explainer(folder: Path) -> Iterator[Any]:
    """An active explainer whose topics have subscribers; its messages by topic are in ``sent``."""
    from mer_ros.nodes.explainer import ExplainerNode

    node = _active(ExplainerNode(), folder)
    node.sent = {topic: [] for topic in node._outputs}
    for topic, output in node._outputs.items():
        output.publish = node.sent[topic].append
        output.get_subscription_count = lambda: 1
    yield node
    node.end()
    node.destroy_node()
