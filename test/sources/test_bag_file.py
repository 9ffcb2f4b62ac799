"""Opening bags, and the definitions of their messages; ``test_bag.py`` reads the images of bags."""

from __future__ import annotations

from pathlib import Path

import graph_bags
import pytest
from rosbags.rosbag2 import StoragePlugin

from mer_ros.errors import ConfigError
from mer_ros.sources import bag_file
from mer_ros.sources.bag_file import check_path, is_bag, opened, split

KIND = "mer_interfaces/msg/ExpressionEvent"


@pytest.fixture
def bag(make_event, tmp_path):
    messages = graph_bags.published(make_event())
    return graph_bags.write_bag(tmp_path / "run", messages, StoragePlugin.SQLITE3)


def test_a_topic_stands_behind_the_path(bag):
    assert split(f"{bag}:/mer/events") == (bag, "/mer/events") and split(str(bag)) == (bag, "")
    assert split("~/run:/a")[0] == Path.home() / "run"
    assert is_bag(f"{bag}:/mer/events") and not is_bag("") and not is_bag(str(bag.parent))
    check_path(f"{bag}:/mer/events")
    with pytest.raises(ConfigError, match="is no bag"):
        check_path(str(bag.parent))


def test_definitions_are_those_of_the_bag(bag):
    with opened(bag) as found:
        assert found.typestore([KIND]) is found.reader.typestore
        kinds = [
            connection.msgtype for connection, _, _ in found.messages(found.reader.connections, "message")
        ]
    assert kinds[0] == KIND and len(kinds) == 3


def test_definitions_that_the_bag_lacks_are_those_of_this_package(bag):
    with opened(graph_bags.without_definitions(bag)) as found:
        store = found.typestore([KIND])
        ((_, _, data), *_) = found.messages(found.reader.connections, "message")
        assert store.deserialize_cdr(data, KIND).event_id == "e1"


def test_without_any_definition_it_is_one_sentence(bag, monkeypatch):
    monkeypatch.setattr(bag_file, "message_files", list)
    graph_bags.without_definitions(bag)
    words = f"does not contain the definition of {KIND}, and mer_interfaces was not found: source"
    with opened(bag) as found, pytest.raises(ConfigError, match=words):
        found.typestore([KIND])
