"""Names of topics and namespaces."""

from __future__ import annotations

import pytest

from mer_ros.graph.topic_names import absolute


@pytest.mark.parametrize(
    ("namespace", "name"), [("mer", "/mer"), ("/mer", "/mer"), ("/a/b/", "/a/b"), ("", ""), ("/", "")]
)
def test_a_namespace_is_absolute_without_a_slash_behind(namespace: str, name: str) -> None:
    assert absolute(namespace) == name
