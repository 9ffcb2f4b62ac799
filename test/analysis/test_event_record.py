"""Which messages of a bag count, in two passes."""

from __future__ import annotations

from contextlib import contextmanager

import graph_bags
import pytest
from graph_bags import EMOTION, EVENTS, EXPLANATION, START_NS, faces, later, prediction, published, write_bag
from rclpy.serialization import serialize_message
from rosbags.rosbag2 import StoragePlugin

from mer_interfaces.msg import Emotion, ExpressionEvent, FaceArray
from mer_ros.analysis.event_record import EventRecord, RecordedEvent, event_topics
from mer_ros.errors import ConfigError
from mer_ros.nodes.base import convert
from mer_ros.sources.bag_file import opened


@contextmanager
def surveyed(path, topic=""):
    with opened(path) as bag:
        record = EventRecord(bag, topic)
        assert record.survey()
        yield record


def read(path, topic=""):
    """(events, frames, record) of a bag."""
    with surveyed(path, topic) as record:
        items = list(record.items())
    events = [item for item in items if isinstance(item, RecordedEvent)]
    return events, [item for item in items if not isinstance(item, RecordedEvent)], record


@pytest.mark.parametrize("plugin", list(StoragePlugin), ids=lambda plugin: plugin.name)
def test_an_event_is_read_with_its_label_and_explanation_and_the_frames(make_event, tmp_path, plugin):
    bag = write_bag(tmp_path / "run", [*faces(30), *published(make_event())], plugin)
    events, frames, record = read(bag)
    ((event, said, explained),) = events
    assert (event.event_id, said.label, explained.text) == ("e1", "happiness", graph_bags.explanation().text)
    assert record.n_frames == len(frames) == 30 and record.start_ns == START_NS
    assert frames[2].stamp_ns == START_NS + 20_000_000 and frames[2].frame_rate_hz == 100
    assert frames[2].faces[0].motion == pytest.approx(0.002) and not record.warnings() and not record.damage


def test_a_provisional_message_is_replaced_and_a_repeated_one_ignored(make_event, tmp_path):
    event = make_event()
    first = later(event, 0, provisional=True, intensity=0.5)
    again = [
        (EVENTS, convert.to_event(first)),
        (EMOTION, convert.to_emotion(first, prediction("surprise"))),
        *published(event),
        (EMOTION, convert.to_emotion(event, prediction("surprise"))),  # a restarted classifier
        (EVENTS, convert.to_event(first)),
    ]
    events, _, record = read(write_bag(tmp_path / "run", again))
    ((found, said, _),) = events
    assert found.intensity == pytest.approx(event.intensity) and said.label == "happiness"
    assert record.n_undecided == 0 and record.warnings()[0].startswith("left out: 2 messages that came after")


def test_a_withdrawn_event_is_read_once(make_event, tmp_path):
    event = make_event()
    first, last = later(event, 0, provisional=True), later(event, 0, withdrawn=True)
    messages = [(EVENTS, convert.to_event(first)), (EVENTS, convert.to_event(last))]
    ((found, said, explained),) = read(write_bag(tmp_path / "run", messages))[0]
    assert found.withdrawn and said is None and explained is None


def test_an_event_that_was_not_decided_counts_as_provisional(make_event, tmp_path):
    event = later(make_event(), 0, provisional=True)
    events, _, record = read(write_bag(tmp_path / "run", published(event)[:2]))
    assert record.n_undecided == 1 and events[0].prediction.label == "happiness"


def test_the_label_of_a_provisional_message_is_not_that_of_the_decided_one(make_event, tmp_path):
    first = later(make_event(), 0, provisional=True)
    messages = [*published(first)[:2], (EVENTS, convert.to_event(make_event()))]
    ((found, said, _),) = read(write_bag(tmp_path / "run", messages))[0]
    assert not found.provisional and said is None


def test_labels_without_their_event_are_counted(make_event, tmp_path):
    messages = [*published(make_event("a")), *published(make_event("b"))[1:]]
    events, _, record = read(write_bag(tmp_path / "run", messages))
    assert [one.event.event_id for one in events] == ["a"]
    assert record.warnings() == [
        "left out: 2 labels and explanations of events that the bag does not contain."
    ]


def test_what_is_no_such_message_is_left_out_and_counted(make_event, tmp_path):
    broken = convert.to_event(make_event("b"))
    broken.landmarks = broken.landmarks[:7]
    garbage = (ExpressionEvent, serialize_message(convert.to_event(make_event("c")))[:5000])
    late = faces(3)[1:2]
    bad = [(EVENTS, broken), (EVENTS, garbage), (graph_bags.FACES, (FaceArray, b"\0\1\0\0xx"))]
    messages = [*faces(3), *bad, *published(make_event("a")), *late]
    events, frames, record = read(write_bag(tmp_path / "run", messages))
    assert [one.event.event_id for one in events] == ["a"] and len(frames) == 3
    left_out, late_ones = record.warnings()
    assert left_out.startswith("left out: 3 messages that cannot be used, the first because event b")
    assert "has 7 landmarks, not 468" in left_out and late_ones.startswith("left out: 1 message that")


def test_events_from_before_the_recording_do_not_get_negative_times(make_event, tmp_path):
    early = later(make_event(), -3.0)  # delivered to the recorder by transient local
    bag = write_bag(tmp_path / "run", [*published(early), *faces(2)])
    assert read(bag)[2].start_ns == early.onset_ns


def test_the_same_id_of_two_cameras_is_two_events(make_event, tmp_path):
    messages = [*published(make_event(source="front")), *published(make_event(source="left"), "surprise")]
    events = read(write_bag(tmp_path / "run", messages))[0]
    assert [(one.event.source, one.prediction.label) for one in events] == [
        ("front", "happiness"),
        ("left", "surprise"),
    ]


def test_of_two_graphs_the_topic_chooses_one(make_event, tmp_path):
    other = [(topic.replace("/mer/", "/other/"), m) for topic, m in published(make_event("b"))]
    bag = write_bag(tmp_path / "run", [*published(make_event("a")), *other, *faces(4)])
    with opened(bag) as found:
        assert event_topics(found) == ["/mer/events", "/other/events"]
        with pytest.raises(
            ConfigError, match=r"has several topics of events: give one, as in .*:/mer/events"
        ):
            EventRecord(found)
    events, frames, _ = read(bag, "/other/events")
    assert [one.event.event_id for one in events] == ["b"] and frames == []


def test_a_bag_without_definitions_is_read_with_those_of_this_package(make_event, tmp_path):
    bag = write_bag(tmp_path / "run", [*faces(2), *published(make_event())], StoragePlugin.SQLITE3)
    events, frames, record = read(graph_bags.without_definitions(bag))
    assert events[0].explanation.text and len(frames) == 2 and not record.warnings()


def test_messages_of_another_version_are_left_out(make_event, tmp_path):
    store = graph_bags.get_typestore(graph_bags.Stores.ROS2_JAZZY)
    text = "std_msgs/Header header\nstring source\nstring event_id\nbool provisional\n"
    store.register(graph_bags.get_types_from_msg(text, "mer_interfaces/msg/Emotion"))
    types = store.types
    stamp = types["builtin_interfaces/msg/Time"](sec=0, nanosec=0)
    header = types["std_msgs/msg/Header"](stamp=stamp, frame_id="")
    emotion = types["mer_interfaces/msg/Emotion"](header, "/camera", "e1", False)
    data = bytes(store.serialize_cdr(emotion, "mer_interfaces/msg/Emotion"))
    with graph_bags.Writer(tmp_path / "run", version=9) as writer:
        old = writer.add_connection(EMOTION, "mer_interfaces/msg/Emotion", typestore=store)
        new = writer.add_connection(EVENTS, "mer_interfaces/msg/ExpressionEvent", typestore=graph_bags.STORE)
        writer.write(old, 1, data)
        writer.write(new, 2, serialize_message(convert.to_event(make_event())))
    events, _, record = read(tmp_path / "run")
    assert events[0].prediction is None
    assert "it lacks the field 'labels': it is of another version of mer_interfaces" in record.warnings()[0]


def test_damage_ends_the_record_and_is_a_sentence(make_event, tmp_path):
    messages = [m for i in range(30) for m in published(later(make_event(f"e{i}"), i))]
    bag = write_bag(tmp_path / "run", messages)
    (file,) = bag.glob("*.mcap")
    with file.open("r+b") as damaged:
        damaged.seek(file.stat().st_size // 2)
        damaged.write(b"\xff" * 400_000)
    events, _, record = read(bag)
    assert 3 < len(events) < 20 and "is damaged after" in record.damage
    assert [one.event.event_id for one in events] == [f"e{i}" for i in range(len(events))]


def test_a_record_without_messages_says_so(tmp_path):
    bag = write_bag(tmp_path / "run", [(EVENTS, (ExpressionEvent, b"")), (EXPLANATION, (Emotion, b""))])
    record = read(bag)[2]
    assert "has the topic /mer/events, but contains neither events nor faces" in record.emptiness


def test_it_can_be_stopped(make_event, tmp_path):
    with opened(write_bag(tmp_path / "run", published(make_event()))) as bag:
        assert EventRecord(bag).survey(lambda: True) is False
